"""What staff type: checked and cleaned, never saved here."""
