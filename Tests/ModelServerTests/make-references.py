#!/usr/bin/env python3
"""Writes references.json: the vectors that sentence-transformers gives for a set of hard texts.

Run it where torch and sentence-transformers are installed: make-references.py MODEL_FOLDER
"""
import json
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

TEXTS = [
    "A man is eating food.",
    "The girl carries a baby through the rain.",
    "how do I reset my password?",
    "",
    " \t\n\r ",
    "THE QUARTERLY REPORT IS DUE ON FRIDAY",
    "Crème brûlée à la carte, naïve café, Ærøskøbing, Łódź, İstanbul, Straße, ẞ",
    "Привет, мир! Как дела у ёжика и Йосифа?",
    "今天天气很好，我们去公园散步吧。",
    "昨日、友達と東京でラーメンを食べました。ガラス、パン。",
    "안녕하세요, 한국어 문장입니다.",
    "مرحبا بالعالم، كَيْفَ حَالُكَ؟",
    "שלום עולם, שָׁלוֹם",
    "नमस्ते दुनिया, हिन्दी में एक वाक्य।",
    "สวัสดีชาวโลก",
    "Xin chào thế giới, tiếng Việt có dấu: ế ộ ữ ẵ",
    "Ελληνικά: Ο γρήγορος ΣΊΣΥΦΟΣ",
    "I love 🍕 and 🏳️‍🌈 and 👨‍👩‍👧‍👦!",
    "1234567890 3.14159 1,000,000 $99.99 50% 2026-11-24T09:30:00Z +49 30 1234",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ “quotes” ‘single’ — – … ¿qué? 「括弧」",
    "Pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism",
    "x" * 100 + " is read, " + "x" * 101 + " is not",
    "control\u0000 characters\u0007 form\u000cfeed next\u0085line zero\u200bwidth soft\u00adhyphen no\u00a0break \ufeffmark \ufffd ideographic\u3000space",
    "[CLS] a [MASK] inside[SEP] the text, [mask] in lower case",
    "e\u0301 decomposed and \u00e9 composed, ﬁ ligature, Ⅷ, ①, Ｆｕｌｌｗｉｄｔｈ",
    "https://example.com/path?query=value&other=1#fragment user@example.com",
    "func main() { let value = array[0] ?? nil; return value!.count }",
    "𝒜 mathematical 𝔘nicode, 𠮷野家, \U0001F1E9\U0001F1EA",
    "A slow pan over the harbour at dawn; gulls, a ferry's horn and two men loading crates. " * 20,
    " ".join(str(number) for number in range(400)),
    "漢字" * 300,
    "She said: \"It's a don't-miss, state-of-the-art, rock'n'roll show!\"",
]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    model = SentenceTransformer(str(folder), device="cpu")
    limit = model.max_seq_length
    assert limit == 256, limit
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    references = []
    with torch.inference_mode():
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            used = model.tokenize([text])["input_ids"][0].tolist()
            assert ids == used, (text, ids, used)
            vector = model.encode(text, convert_to_numpy=True)
            references.append({"text": text, "tokens": ids, "vector": [round(float(x), 7) for x in vector]})
    lines = ",\n".join(json.dumps(reference, separators=(",", ":")) for reference in references)
    output = pathlib.Path(__file__).parent / "references.json"
    output.write_text(f"[\n{lines}\n]\n")
    print(f"{len(references)} references")


main()
