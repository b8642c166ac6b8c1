//! What the screen says in a walk through a whole night, in both languages, written down here once more: a text that
//! is changed in one language only is noticed.

use watchkeeper::ui::lang::Lang;

/// The same in English and in Chinese.
const WORDS: &[(&str, &str)] = &[
    ("CRIT", "紧急"),
    ("breached for", "已超过阈值"),
    ("threshold > 90 %", "阈值 > 90 %"),
    ("Create an incident?", "创建事件单？"),
    ("Title", "标题"),
    ("Create", "创建"),
    ("Done, ", "已完成 "),
    ("Done: ", "已完成："),
    ("Accept", "受理"),
    ("accept incident ", "受理事件单 "),
    ("new", "待受理"),
    ("accepted", "处理中"),
    ("solved", "待确认"),
    ("closed", "已关闭"),
    ("Open a WarRoom", "启动 WarRoom"),
    ("Open", "启动"),
    ("Alarms", "告警"),
    ("LAST HOUR", "近一小时"),
    ("Which script?", "选择脚本"),
    ("Run restart_nginx", "执行 restart_nginx"),
    ("1 of 80 machines of 门户", "门户 的 80 台主机中的 1 台"),
    ("Run", "执行"),
    ("recovered for", "已恢复"),
    ("not known yet", "尚不能确定"),
    ("4 critical", "4 紧急"),
    ("Commit the solution", "的解决方案"),
    ("Commit", "提交"),
    ("Confirm incident", "确认事件单"),
    ("confirm incident ", "确认事件单 "),
    ("Confirm", "确认"),
    ("✓ done", "✓ 完成"),
    ("run restart_ngi", "在 web-03"),
    ("open a WarRoom", "为事件单"),
    ("accept incident", "受理事件单"),
    ("create incident", "创建事件单"),
    ("commit the sol", "提交事件单"),
    ("confirm incident", "确认事件单"),
    ("# Handover, ", "# 交接班报告，"),
    ("## Solved or closed (", "## 已解决或已关闭 ("),
    (
        "## Orders that ended in this shift (",
        "## 本班次结束的工单 (",
    ),
    (
        "## Changes made in this shift (6)",
        "## 本班次所做的变更 (6)",
    ),
    ("is over: before", "已恢复：之前"),
    ("Request ", "请求标识 "),
    ("Cancel", "取消"),
];

/// What is said for these English words in this language.
pub fn said(lang: Lang, english: &'static str) -> &'static str {
    if lang == Lang::En {
        return english;
    }
    let found = WORDS.iter().find(|(known, _)| *known == english);
    found
        .unwrap_or_else(|| panic!("no Chinese for {english:?}"))
        .1
}
