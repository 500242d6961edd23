"""How large an uploaded file may be, decided while it comes in: the whole of it may fit no disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from surveys import imports


class SizeLimit(FileUploadHandler):
    """A file that grows beyond the limit is dropped; its field then looks empty, and the request knows why."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._size += len(raw_data)
        if self._size > imports.MAX_SIZE:
            self.request.META["surveys.upload_too_large"] = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
