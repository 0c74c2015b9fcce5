"""Sentences for the refusals of the item bank, and for every problem of an import."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from certification.item_bank import assets, importing, service, stimuli
from certification.item_bank.content import ContentFault
from certification.item_bank.exchange.report import Fault, Feature, Problem
from certification.item_bank.lint import Finding, Pattern
from portal.labels import label
from portal.sentences.item_review import MEANING, PATTERNS
from training_base.kernel.errors import Refusal


def _stem_taken(refusal: service.StemTaken) -> str:
    if refusal.same_key:
        text = _(
            "Item %(other)s of this level asks the same. Change the stem, or revise that item.", other=refusal.other
        )
    else:
        text = _(
            "Item %(other)s of this level has the same stem with another key. One of them is wrong: compare them.",
            other=refusal.other,
        )
    return str(text)


SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    service.OwnItem: lambda r: _("You wrote item %(item)s: somebody else has to approve it.", item=r.item),
    service.WrongStatus: lambda r: _(
        "Item %(item)s is at the status “%(status)s”; this step is not possible there. Reload the page.",
        item=r.item,
        status=label(r.status),
    ),
    service.CodeTaken: lambda r: _("Another item has the code %(item)s. Choose a new one.", item=r.item),
    service.StemTaken: _stem_taken,
    service.PointUnknown: lambda r: _(
        "Level %(level)s has no knowledge point %(point)s. Check its code.", level=r.level, point=r.point
    ),
    service.PractisedBefore: lambda r: _(
        "Item %(item)s was free to practise and is known. It can no longer be used in examinations; write a new one.",
        item=r.item,
    ),
    service.ExaminedBefore: lambda r: _(
        "Item %(item)s may be on a paper: given to practise, its key would be shown. Write a new item instead.",
        item=r.item,
    ),
    assets.NotMedia: lambda r: _(
        "%(file)s is no picture or sound that items may show. Pictures: PNG, JPEG, WebP, or SVG of plain shapes and "
        "letters; sounds: MP3, Ogg, WAV; at most 5 MB.",
        file=r.file_name,
    ),
    assets.AssetMissing: lambda r: _(
        "The bank has no picture or sound named %(names)s. Add it to the library, or correct the name.",
        names=", ".join(r.names),
    ),
    assets.AssetInUse: lambda r: _("%(name)s is shown by an item or a stimulus, so it stays.", name=r.name),
    stimuli.StimulusCodeTaken: lambda r: _(
        "Another stimulus has the code %(stimulus)s. Choose a new one.", stimulus=r.stimulus
    ),
    stimuli.StimulusUnknown: lambda r: _(
        "This bank has no stimulus %(stimulus)s at the level of the item. Check its code.", stimulus=r.stimulus
    ),
    importing.ImportRefused: lambda r: ngettext(
        "The file has %(num)s problem; nothing was stored. Correct it and upload the file again.",
        "The file has %(num)s problems; nothing was stored. Correct them and upload the file again.",
        len(r.problems),
    ),
}

SENTENCES |= {
    importing.WarningsOpen: lambda r: ngettext(
        "The file has %(num)s warning. Say that you have read it before the items are stored.",
        "The file has %(num)s warnings. Say that you have read them before the items are stored.",
        r.count,
    ),
    importing.StillAtWork: lambda r: _("The file is being worked on. Look again in a moment."),
}

PROBLEMS: dict[Fault, Callable[[Problem], str]] = {
    Fault.FILE_TOO_LARGE: lambda p: _("The file is larger than %(most)s MB. Split it.", most=p.other),
    Fault.FILE_UNREADABLE: lambda p: _("The file cannot be read. Save it anew with the program it comes from."),
    Fault.FILE_BOMB: lambda p: _("The file unpacks to far more than its size and is not opened."),
    Fault.FILE_MACROS: lambda p: _("The file holds macros and is not opened. Save it as .xlsx without macros."),
    Fault.FILE_PROTECTED: lambda p: _("The file is protected by a password. Save it without one."),
    Fault.FORMAT_UNKNOWN: lambda p: _("The format of the file cannot be told. Name it."),
    Fault.ENCODING_DETECTED: lambda p: _(
        "The text is taken for %(encoding)s. Look at the line shown: if it reads wrongly, name the encoding.",
        encoding=p.other,
    ),
    Fault.ENCODING_AMBIGUOUS: lambda p: _(
        "The encoding of the text cannot be told. Name it (--encoding on the command line), or save the file as UTF-8."
    ),
    Fault.ENCODING_WRONG: lambda p: _("The text is not in %(encoding)s. Name its encoding.", encoding=p.other),
    Fault.PACKAGE_NAME: lambda p: _("The package names a file outside itself and is not opened."),
    Fault.PACKAGE_NESTED: lambda p: _("The package holds another package. Hand that one in by itself."),
    Fault.PACKAGE_BROKEN: lambda p: _("The package is cut off or damaged. Fetch it or save it anew."),
    Fault.PACKAGE_FILE_MISSING: lambda p: _("The package names this file and does not hold it."),
    Fault.XML_BROKEN: lambda p: _("This is not well-formed XML."),
    Fault.XML_ENTITIES: lambda p: _("The file declares entities of its own and is not opened."),
    Fault.TOO_MANY_ITEMS: lambda p: _("More than %(most)s items. Split the file.", most=p.other),
    Fault.SHEET_SKIPPED: lambda p: _("This sheet has no headings of items and is passed over."),
    Fault.COLUMN_UNUSED: lambda p: _("This column is not known and is passed over."),
    Fault.SYNTAX: lambda p: _("This cannot be read as the format asks."),
    Fault.KIND_UNSUPPORTED: lambda p: _("Items of this kind cannot be taken in; leave it out or write it anew."),
    Fault.KIND_DIFFERS: lambda p: _("The kind named here does not fit the answer."),
    Fault.PART_UNSUPPORTED: lambda p: _("“%(part)s” of this item cannot be taken in.", part=feature(p.other)),
    Fault.PART_DROPPED: lambda p: _("“%(part)s” is not kept.", part=feature(p.other)),
    Fault.MARKS_UNREADABLE: lambda p: _("Marks are a number such as 1 or 0.5."),
    Fault.OPTIONS_TOO_MANY: lambda p: _("This kind has at most %(most)s options.", most=p.other),
    Fault.OPTIONS_UNREADABLE: lambda p: _("The options in this cell cannot be told apart. Begin each with its letter."),
    Fault.ANSWER_AMBIGUOUS: lambda p: _("The answer may be meant in two ways. Write it otherwise."),
    Fault.ANSWER_CONFLICT: lambda p: _("Two places of the item give different answers."),
    Fault.CONTENT_INVALID: lambda p: _("The item cannot be put this way: %(fault)s.", fault=content_fault(p.other)),
    Fault.FILE_EMPTY: lambda p: _("The file holds no items."),
    Fault.TOO_MANY_ROWS: lambda p: _("More than %(most)s rows. Split the file.", most=p.other),
    Fault.COLUMN_MISSING: lambda p: _("The column “%(column)s” is missing.", column=p.column),
    Fault.COLUMN_REPEATED: lambda p: _("The column “%(column)s” stands twice.", column=p.column),
    Fault.MISSING: lambda p: _("Nothing stands here."),
    Fault.TOO_LONG: lambda p: _("Longer than %(most)s characters.", most=p.other),
    Fault.FORMULA: lambda p: _("A formula stands here. Replace it by its value."),
    Fault.DATE: lambda p: _("The spreadsheet made a date of this. Format the cell as text and type it again."),
    Fault.CELL_ERROR: lambda p: _("The spreadsheet shows an error here."),
    Fault.CONTROL_CHARACTER: lambda p: _("An invisible control character stands here. Type the text anew."),
    Fault.CODE_SHAPE: lambda p: _("A code has letters, digits, dots and dashes only, at most 40."),
    Fault.CODE_REPEATED: lambda p: _("The same code stands at %(row)s.", row=p.other),
    Fault.CODE_TAKEN: lambda p: _("The bank has an item with this code."),
    Fault.LEVEL_UNKNOWN: lambda p: _("Not a level that the loaded standard has. Write 5, 4, 3, 2 or 1."),
    Fault.KIND_UNKNOWN: lambda p: _("Not a kind of item. Write 判断题, 单选题 or 多选题."),
    Fault.USE_UNKNOWN: lambda p: _("Write 考试 or 练习."),
    Fault.DIFFICULTY_RANGE: lambda p: _("The difficulty is a whole number from 1 to 5."),
    Fault.OPTION_GAP: lambda p: _("An option is left out; later ones are filled in."),
    Fault.OPTION_REPEATED: lambda p: _("The same text as option %(letter)s.", letter=p.other),
    Fault.OPTIONS_NOT_ALLOWED: lambda p: _("A true/false item has no options."),
    Fault.OPTIONS_TOO_FEW: lambda p: _("This kind needs at least %(least)s options.", least=p.other),
    Fault.ANSWER_UNREADABLE: lambda p: _(
        "The answer cannot be read. Write letters such as A or ACD; 正确 or 错误 for a true/false item."
    ),
    Fault.ANSWER_ONE_ONLY: lambda p: _("A single choice has exactly one answer."),
    Fault.ANSWER_TWO_OR_MORE: lambda p: _("A multiple choice has at least two answers."),
    Fault.ANSWER_NO_OPTION: lambda p: _("The answer names option %(letter)s, which is empty.", letter=p.other),
    Fault.STEM_REPEATED: lambda p: _("The same stem and answer stand at %(row)s.", row=p.other),
    Fault.STEM_IN_BANK: lambda p: _("The bank has this stem and answer: item %(item)s.", item=p.other),
    Fault.KEY_CONFLICT: lambda p: _(
        "The item at %(row)s has the same stem with another answer. One of them is wrong.", row=p.other
    ),
    Fault.KEY_CONFLICT_BANK: lambda p: _(
        "Item %(item)s of the bank has the same stem with another answer. One of them is wrong.", item=p.other
    ),
    Fault.QUESTIONED: lambda p: f"{label(Finding(p.other))}{_(': ')}{MEANING[Finding(p.other)]}",
    Fault.KEY_PATTERN: lambda p: _(
        "Keys of this file follow a pattern that chance hardly explains: %(pattern)s",
        pattern=str(PATTERNS[Pattern(p.other.partition(":")[0])]).replace("%(subject)s", p.other.partition(":")[2]),
    ),
    Fault.ASSET_MISSING: lambda p: _("Neither the file nor the bank has this picture or sound."),
    Fault.ASSET_REFUSED: lambda p: _("This is no picture or sound that items may show."),
    Fault.POINT_UNKNOWN: lambda p: _("Level %(level)s has no such knowledge point.", level=p.other),
}
"""What is wrong with a cell, a row or a file, and what to do; place and value are shown beside it."""


CONTENT_FAULTS: dict[ContentFault, Callable[[], str]] = {
    ContentFault.STEM_MISSING: lambda: _("the stem is missing"),
    ContentFault.STEM_TOO_LONG: lambda: _("the stem is too long"),
    ContentFault.OPTIONS_TOO_FEW: lambda: _("it has too few options"),
    ContentFault.OPTIONS_TOO_MANY: lambda: _("it has too many options"),
    ContentFault.OPTION_EMPTY: lambda: _("an option is empty"),
    ContentFault.OPTION_TOO_LONG: lambda: _("an option is too long"),
    ContentFault.OPTION_TWICE: lambda: _("an option stands twice"),
    ContentFault.PROMPTS_TOO_FEW: lambda: _("it has too few pairs"),
    ContentFault.PROMPTS_TOO_MANY: lambda: _("it has too many pairs"),
    ContentFault.PROMPT_EMPTY: lambda: _("a left side is empty"),
    ContentFault.PROMPT_TOO_LONG: lambda: _("a left side is too long"),
    ContentFault.PROMPT_TWICE: lambda: _("a left side stands twice"),
    ContentFault.GAPS_UNMARKED: lambda: _("gaps and answers do not match"),
    ContentFault.GAP_CHOICES: lambda: _("the choices of a gap do not fit"),
    ContentFault.IMAGE_MISSING: lambda: _("the picture is missing"),
    ContentFault.KEY_IMPOSSIBLE: lambda: _("the key is not possible"),
    ContentFault.NOTE_TOO_LONG: lambda: _("a rationale is too long"),
    ContentFault.RATIONALES_COUNT: lambda: _("the rationales do not match the options"),
    ContentFault.PART_NOT_ALLOWED: lambda: _("it has a part that its kind has not"),
}
"""What may be wrong with an item that could be read."""


def content_fault(name: str) -> str:
    """What is wrong with an item, in the reader's language."""
    return CONTENT_FAULTS[ContentFault(name)]() if name in set(ContentFault) else name


FEATURES: dict[Feature, Callable[[], str]] = {
    Feature.KIND: lambda: _("Kind"),
    Feature.CODE: lambda: _("Item code"),
    Feature.LEVEL: lambda: _("Level"),
    Feature.MARKS: lambda: _("Marks"),
    Feature.DIFFICULTY: lambda: _("Difficulty"),
    Feature.KNOWLEDGE_POINT: lambda: _("Knowledge point"),
    Feature.CHAPTER: lambda: _("Chapter"),
    Feature.REFERENCE: lambda: _("Reference"),
    Feature.USE: lambda: _("Use"),
    Feature.TAGS: lambda: _("Tags"),
    Feature.LANGUAGE: lambda: _("Language"),
    Feature.RATIONALE: lambda: _("Rationale"),
    Feature.OPTION_RATIONALES: lambda: _("Rationale of each option"),
    Feature.CASE_SENSITIVE: lambda: _("Capitals count"),
    Feature.PARTIAL: lambda: _("Marks in proportion"),
    Feature.MARKUP: lambda: _("Markup"),
    Feature.LINE_BREAKS: lambda: _("Line breaks"),
    Feature.MEDIA: lambda: _("Pictures and sound"),
    Feature.TITLE: lambda: _("Title"),
    Feature.HINTS: lambda: _("Hints"),
    Feature.PENALTY: lambda: _("Penalty"),
    Feature.WEIGHTS: lambda: _("Marks of single answers"),
    Feature.WILDCARDS: lambda: _("Wildcards in an answer"),
    Feature.SHUFFLE: lambda: _("Fixed order of options"),
    Feature.TEMPLATE: lambda: _("Variables"),
    Feature.STYLESHEET: lambda: _("Style sheet"),
    Feature.METADATA: lambda: _("Further data about the item"),
    Feature.SHAPE: lambda: _("Shape of an area"),
    Feature.OPTION_COUNT: lambda: _("Number of options"),
}
"""What a part of an item is called."""


def feature(name: str) -> str:
    """The name of a part of an item in the reader's language; what is no ``Feature`` stays as it is."""
    return FEATURES[Feature(name)]() if name in set(Feature) else name


def problem(found: Problem) -> str:
    """What a problem of an import says, in the reader's language."""
    return PROBLEMS[found.fault](found)
