"""Language is told from enough words, and not told from fewer."""

import pytest

from bedside.unify.language import LANGUAGES, detect_language

SAID = {
    "en": "Been waiting since January for a scan and nobody rings me back",
    "es": "Llevo tres meses con dolor de espalda y el médico no me hace caso",
    "fr": "J'ai mal au ventre depuis des semaines et personne ne sait pourquoi",
    "de": "Seit drei Wochen habe ich Kopfschmerzen und keiner kann mir helfen",
    "it": "Ho sempre mal di testa e il medico dice che è solo stress",
    "pt": "Estou com dores nas costas há meses e ninguém me ajuda com isso",
    "nl": "Ik heb al weken last van mijn knie en de huisarts doet niets",
    "pl": "Od trzech tygodni boli mnie kolano i nikt nie wie dlaczego",
    "sv": "Jag har haft ont i ryggen i flera veckor och ingen lyssnar på mig",
    "tr": "Üç haftadır dizim ağrıyor ve kimse nedenini bilmiyor",
    "cy": "Mae fy mhen-glin wedi bod yn brifo ers wythnosau bellach",
    "ru": "У меня уже три недели болит колено, и никто не знает почему",
    "ar": "أعاني من ألم في الركبة منذ ثلاثة أسابيع ولا أحد يعرف السبب",
    "hi": "मुझे तीन हफ्ते से घुटने में दर्द है और किसी को पता नहीं क्यों",
    "zh": "我的膝盖疼了三个星期，没有人知道为什么",
    "ja": "三週間前から膝が痛くて、誰も理由がわかりません",
    "ko": "3주 동안 무릎이 아픈데 아무도 이유를 모릅니다",
}


@pytest.mark.parametrize("code", SAID)
def test_a_sentence_is_told_in_its_language(code: str) -> None:
    found, score = detect_language(SAID[code])
    assert found == code
    assert score is not None and 0.3 <= score <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok thanks",
        "😀😀😀😀",
        "▇▇▇ ▇▇▇▇ ▇▇▇▇▇ me too",
        "#endo #pain #chronic #illness",
        "https://a.example/b c d",
        "123 456 789 000",
    ],
)
def test_too_few_words_are_not_told(text: str) -> None:
    assert detect_language(text) == (None, None)


def test_masks_hashtags_and_emoji_do_not_sway() -> None:
    assert detect_language("▇▇▇▇ 😀 #dolor #espalda my back has hurt all week #ayuda")[0] == "en"


def test_english_words_inside_another_language_do_not_make_it_english() -> None:
    text = "Me recetaron algo para the pain and me siento peor, llevo semanas sin dormir y nadie me escucha"
    assert detect_language(text)[0] == "es"


def test_shouting_is_still_english() -> None:
    assert detect_language("WHY WILL NOBODY AT THE CLINIC RING ME BACK")[0] == "en"


def test_a_doubtful_start_is_read_further() -> None:
    start = "Omeprazole lansoprazole metformin gliclazide sertraline amitriptyline gabapentin pregabalin naproxen. "
    assert (
        detect_language(start + "These are the tablets that I was given by my doctor last year.")[0]
        == "en"
    )


def test_languages_are_those_the_model_knows() -> None:
    assert "en" in LANGUAGES and len(set(LANGUAGES)) == len(LANGUAGES)


@pytest.mark.parametrize(
    "text", ["Excellent service as usual", "Paramedics fantastic", "Nil noted"]
)
def test_a_few_words_are_not_called_another_language_on_a_weak_sign(text: str) -> None:
    assert detect_language(text)[0] in ("en", None)


def test_few_words_that_are_plainly_another_language_are_told() -> None:
    assert detect_language("Muchas gracias por todo")[0] == "es"
    assert detect_language("Ich habe Schmerzen")[0] == "de"
