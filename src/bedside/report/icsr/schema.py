"""XSD validation against the ICH schema set in a folder of the user's own; it is not redistributable."""

from pathlib import Path

from lxml import etree

from bedside.errors import FormatError, NotFoundError
from bedside.report.icsr.reading import parse_xml

__all__ = ["validate_schema"]

NAME = "MCCI_IN200100UV01.xsd"


def validate_schema(data: bytes, folder: Path) -> list[str]:
    """Validate a message.

    Parameters
    ----------
    data : bytes
    folder : Path
        Holds MCCI_IN200100UV01.xsd, itself or in a folder of it (multicacheschemas).

    Returns
    -------
    list of str
        What the schema objects to, with its line; empty: valid.

    Raises
    ------
    NotFoundError
        If there is no such schema.
    FormatError
        If the schema set is not whole.
    """
    path = next(iter(sorted(folder.rglob(NAME))), None) if folder.is_dir() else None
    if path is None:
        raise NotFoundError(
            f"no {NAME} in {folder.name}; point to the folder of the ICH schema files"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        schema = etree.XMLSchema(etree.parse(str(path), parser))
    except etree.LxmlError as error:
        raise FormatError(
            f"the schema in {folder.name} cannot be used; is the set whole? ({type(error).__name__})"
        ) from error
    schema.validate(parse_xml(data, "message"))
    return [f"line {entry.line}: {entry.message}" for entry in schema.error_log]
