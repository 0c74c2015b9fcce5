"""The words that exam offices and other programs use for headings and closed values, in Chinese and English.

Headings are written small and without spaces, values in capitals; a sheet may write them full-width.
"""

from certification.item_bank.kinds import FALSE, TRUE
from certification.item_bank.rules import ItemKind, ItemUse


def _of(text: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


WORDS: dict[str, tuple[str, ...]] = {
    "code": _of("""编号, 试题编号, 题目编号, 试题代码, 编码, code, itemcode, questioncode, itemid, questionid, id"""),
    "number": _of("""序号, 题号, no, no., number, #, questionno, questionnumber"""),
    "level": _of("""等级, 级别, 技能等级, 职业等级, 鉴定等级, level"""),
    "kind": _of("""题型, 试题类型, 题目类型, 题类, 类型, 类别, type, kind, questiontype, itemtype"""),
    "title": _of("""题目标题, 标题, 题名, title, name, questionname"""),
    "stem": _of("""
        题干, 题目, 试题题干, 试题, 试题内容, 题目内容, 题干内容, 问题, 题目描述, 试题描述, 题目题干,
        stem, question, questiontext, questionstem, item, itemtext, text"""),
    "options": _of("""
        选项, 备选项, 备选答案, 候选项, 选项内容, 答案选项, 可选项, 全部选项,
        options, choices, option, choice, optiontext, choicetext, alternatives"""),
    "label": _of("""
        选项号, 选项编号, 选项序号, 选项标号, 选项代号, 选项字母, optionlabel, optionletter, optionkey, label"""),
    "correct": _of("""
        是否正确, 是否答案, 是否正确答案, 是否为答案, 对错, 正误, correct?, iscorrect, isanswer, right"""),
    "key": _of("""
        答案, 正确答案, 标准答案, 参考答案, 正确选项, 试题答案, 题目答案, 答案内容, key, answer, correctanswer,
        correctanswers, answers, answerkey, correctoption, correctoptions, rightanswer, correct"""),
    "rationale": _of("""
        解析, 答案解析, 试题解析, 题目解析, 答题解析, 解释, 详解, 答案说明,
        rationale, explanation, feedback, analysis, generalfeedback"""),
    "knowledge_point": _of("""
        知识点, 鉴定点, 考点, 考核点, 知识点编号, 知识点代码, 鉴定点代码, 鉴定点编号,
        knowledgepoint, knowledgepointcode, kp, topic"""),
    "chapter": _of("""
        章节, 章, 所属章节, 鉴定范围, 模块, 单元, 知识领域, 章节名称, 科目, chapter, section, unit, area, module"""),
    "difficulty": _of("""难度, 难易度, 难易程度, 难度等级, 难度级别, difficulty, difficultylevel"""),
    "facility": _of("""难度系数, 难度值, 通过率, facility, p-value, pvalue"""),
    "marks": _of("""分值, 分数, 题分, 配分, 满分, 每题分值, 得分, marks, mark, points, score"""),
    "reference": _of("""依据, 参考依据, 出处, 来源, 题目出处, 参考资料, reference, references, source"""),
    "use": _of("""用途, 使用范围, 试题用途, use, usage"""),
    "tags": _of("""标签, 关键词, 关键字, tags, tag, keywords"""),
    "language": _of("""语言, language, lang"""),
    "prompts": _of("""左项, 题项, 匹配项, 左列, prompts, prompt, leftitems, premises"""),
    "gaps": _of("""空的选项, 填空选项, 各空选项, gaps, gapchoices, blanks"""),
    "tolerance": _of("""误差, 允许误差, 容差, tolerance, error, acceptederror"""),
    "image": _of("""图片, 热点图, 底图, image, picture"""),
    "case_sensitive": _of("""区分大小写, casesensitive, case"""),
    "partial": _of("""按比例计分, 部分得分, partial, partialmarks, partialcredit"""),
}
"""Fields, and what their heading may say; the first word is ours."""

LEVELS = {
    name: level
    for level, number in zip((5, 4, 3, 2, 1), "五四三二一", strict=True)
    for name in (str(level), f"L{level}", f"{level}级", f"{number}级", number, f"LEVEL {level}")
}

_KINDS: dict[str, tuple[ItemKind, ...]] = {
    "判断, 是非, 判断选择, 正误判断, 对错, T/F, TRUE/FALSE, TRUE FALSE, TRUEFALSE, JUDGEMENT": (ItemKind.TRUE_FALSE,),
    "单选, 单项选择, 单项, 单选选择, SINGLE CHOICE, SINGLE, SINGLE ANSWER": (ItemKind.SINGLE_CHOICE,),
    "多选, 多项选择, 多项, 不定项, 不定项选择, MULTIPLE RESPONSE, MULTIPLE ANSWER, MULTIPLE ANSWERS, MULTI SELECT": (
        ItemKind.MULTIPLE_CHOICE,
    ),
    "选择, MULTIPLE CHOICE, MULTIPLECHOICE, MCQ, CHOICE": (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE),
    "填空, FILL IN THE BLANK, FILL IN THE BLANKS, FILL IN, BLANK": (ItemKind.GAP_TEXT, ItemKind.SHORT_TEXT),
    "短答, 简短回答, 短文本, SHORT ANSWER, SHORT TEXT": (ItemKind.SHORT_TEXT,),
    "数值, 计算, 数字, NUMERIC, NUMERICAL": (ItemKind.NUMERIC,),
    "匹配, 连线, 配对, MATCHING, MATCH": (ItemKind.MATCHING,),
    "排序, ORDERING, ORDER, SEQUENCE": (ItemKind.ORDERING,),
    "选词填空, 完形填空, 选择填空, GAP SELECT, CLOZE": (ItemKind.GAP_SELECT,),
    "热点, 热区, HOTSPOT": (ItemKind.HOTSPOT,),
}
KIND_NAMES = {name: kinds for names, kinds in _KINDS.items() for name in _of(names)} | {
    kind.value.upper(): (kind,) for kind in ItemKind
}
"""Names of kinds without 题; where a name leaves two kinds open, the item itself tells which."""
OPEN_KINDS = _of("简答, 问答, 论述, 案例, 操作, 名词解释, 综合, 材料, 阅读, 作文, 编程, ESSAY, PROGRAMMING")
"""Kinds that a person has to mark, or that bundle several items: not kinds of this bank."""

KIND_TITLES = {
    ItemKind.TRUE_FALSE: "判断题",
    ItemKind.SINGLE_CHOICE: "单选题",
    ItemKind.MULTIPLE_CHOICE: "多选题",
    ItemKind.SHORT_TEXT: "短答题",
    ItemKind.NUMERIC: "数值题",
    ItemKind.MATCHING: "匹配题",
    ItemKind.ORDERING: "排序题",
    ItemKind.GAP_SELECT: "选词填空题",
    ItemKind.GAP_TEXT: "填空题",
    ItemKind.HOTSPOT: "热点题",
}
USE_TITLES = {ItemUse.EXAM: "考试", ItemUse.PRACTICE: "练习"}
USE_NAMES = {title: use for use, title in USE_TITLES.items()} | {use.value.upper(): use for use in ItemUse}

DIFFICULTY_NAMES = {
    name: level
    for level, names in enumerate(
        (
            "容易, 易, 简单, 低, EASY, LOW",
            "较易, 偏易, 较容易, 较简单",
            "中等, 中, 适中, 一般, 普通, MEDIUM, MODERATE, NORMAL",
            "较难, 偏难, 中偏难",
            "难, 困难, 高, 很难, HARD, DIFFICULT, HIGH",
        ),
        1,
    )
    for name in _of(names)
}

JUDGEMENTS = {
    **dict.fromkeys(_of("正确, 对, 是, √, ✓, ✔, ☑, T, TRUE, Y, YES, RIGHT, CORRECT, 1, V"), TRUE),
    **dict.fromkeys(_of("错误, 错, 否, 不正确, 不对, ×, ✗, ✘, ☒, X, F, FALSE, N, NO, WRONG, INCORRECT, 0"), FALSE),
}
"""Words for true and false."""
