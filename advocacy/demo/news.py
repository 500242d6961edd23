"""What is different now for those who asked, of each fix that has just shipped: by its title, in their languages."""

from __future__ import annotations

NEWS = {
    "Descaling as a video, in every language": {
        "en": "A two-minute video without words shows how to descale, with a sheet of pictures for the wall.",
        "de": "Ein Video von zwei Minuten zeigt ohne Worte, wie man entkalkt, dazu ein Blatt mit Bildern für die Wand.",
        "es": "Un vídeo de dos minutos, sin palabras, muestra cómo descalcificar, con una lámina para la pared.",
        "fr": "Une vidéo de deux minutes montre sans paroles comment détartrer, avec une fiche en images à accrocher.",
        "it": "Un video di due minuti, senza parole, mostra come decalcificare, con un foglio illustrato da appendere.",
        "tr": "İki dakikalık sözsüz bir video kireç çözmeyi gösteriyor; duvara asmak için resimli bir sayfa da var.",
        "ja": "言葉のいらない二分間の動画で石灰の落とし方がわかります。壁に貼れる絵入りの一枚もあります。",
        "zh-Hans": "一段两分钟、无需文字的视频演示如何除垢，并附一张可贴在墙上的图示。",
        "ar": "مقطع من دقيقتين يوضح بلا كلمات كيفية إزالة الترسبات، مع ورقة مصوّرة تعلّق على الحائط.",
    },
    "Write before a price goes up": {
        "en": "Six weeks before a price goes up you get a mail in your language, with the reason and the new amount.",
        "de": "Sechs Wochen bevor ein Preis steigt, schreiben wir Ihnen in Ihrer Sprache: warum, und wie hoch er wird.",
        "es": "Seis semanas antes de que suba un precio le escribimos en su idioma, con el motivo y el nuevo importe.",
        "fr": "Six semaines avant une hausse de prix, nous vous écrivons, avec la raison et le nouveau montant.",
        "it": "Sei settimane prima di un aumento le scriviamo nella sua lingua, con il motivo e il nuovo importo.",
        "tr": "Fiyat artmadan altı hafta önce size kendi dilinizde yazıyoruz: nedeni ve yeni tutarıyla.",
        "ja": "値上げの六週間前に、理由と新しい金額をお客様の言語でお知らせします。",
        "zh-Hans": "涨价前六周，我们会用您的语言写信说明原因和新的金额。",
        "ar": "قبل ستة أسابيع من أي زيادة في السعر نكتب إليكم بلغتكم مع السبب والمبلغ الجديد.",
    },
    "Tell the new day when a delivery moves": {
        "en": "When a delivery moves, you get a message with the new day, and a link to change it.",
        "de": "Verschiebt sich eine Lieferung, erfahren Sie den neuen Tag, mit einem Link zum Ändern.",
        "es": "Si una entrega se aplaza, recibe un mensaje con el nuevo día y un enlace para cambiarlo.",
        "fr": "Si une livraison est décalée, vous recevez un message avec le nouveau jour et un lien pour le changer.",
        "it": "Se una consegna si sposta, riceve un messaggio con il nuovo giorno e un link per cambiarlo.",
        "tr": "Teslimat günü değişirse, yeni günü ve değiştirme bağlantısını içeren bir mesaj alırsınız.",
        "ja": "配達日が変わるときは、新しい日と変更用のリンクをお送りします。",
        "zh-Hans": "送货改期时，我们会发消息告诉您新的日期，并附上更改链接。",
        "ar": "إذا تغيّر موعد التوصيل تصلكم رسالة باليوم الجديد ورابط لتغييره.",
    },
}
