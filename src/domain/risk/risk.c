/* risk.c -- risks: an event with its source, impact and likelihood with evidence, judged by people; level and proposal are computed. */
#include "risk/parts.h"

static const Choice froms[] = {
    {CODE("cause"), TEXT("原因から", "From the cause"), TEXT("リスク源から起こることを考えた", "Thought from a risk source")},
    {CODE("effect"), TEXT("影響から", "From the effect"), TEXT("起きてはならないことから考えた", "Thought from what must never happen")},
};
static const Choice judgements[] = {
    {CODE("treat"), TEXT("対応する", "Treat"), TEXT("対策が要る", "Needs measures")},
    {CODE("accept"), TEXT("受け入れる", "Accept"), TEXT("追加の対策は要らない", "No further measures")},
    {CODE("watch"), TEXT("様子を見る", "Watch"), TEXT("変化を監視する", "Watch for change")},
};
static const Choice options[] = {
    {CODE("modify"), TEXT("修正（低減）", "Modify"), TEXT("対策で小さくする", "Make it smaller by measures"), "低減|軽減|修正|対策"},
    {CODE("retain"), TEXT("保有", "Retain"), TEXT("そのまま持ち、監視する", "Keep it and watch"), "受容|許容|保持"},
    {CODE("avoid"), TEXT("回避", "Avoid"), TEXT("原因となる業務をやめる、変える", "Stop or change the activity"), "回避する|中止"},
    {CODE("share"), TEXT("共有", "Share"), TEXT("保険や契約で分け合う", "By insurance or contract"), "移転|転嫁|共有する"},
};
static const Choice states[] = {
    {CODE("open"), TEXT("検討中", "Open"), TEXT("特定した", "Identified"), "未対応|未着手"},
    {CODE("treating"), TEXT("対応中", "Being treated"), TEXT("対策を進めている", "Measures are under way"), "対応|進行中|実施中|着手済み"},
    {CODE("watched"), TEXT("監視中", "Watched"), TEXT("保有して見ている", "Retained and watched"), "監視|経過観察"},
    {CODE("closed"), TEXT("終了", "Closed"), TEXT("もう存在しない", "No longer exists"), "完了|済|解消"},
};
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("リスク名", "Risk"), .help = TEXT("何が起きて何が困るかを一文で", "What happens and what it harms, in one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "リスク|リスクの内容|リスク内容|想定リスク|件名|名称"},
    {.name = "event", .kind = KIND_LONG, .label = TEXT("事象", "Event"), .help = TEXT("何が起こるか", "What happens"), .flags = SEARCH, .suggest = "events", .aliases = "想定事象|発生事象"},
    {.name = "cause", .kind = KIND_LONG, .label = TEXT("リスク源", "Risk source"), .help = TEXT("脅威や弱点。原因を問わないなら空", "Threat or weakness; empty when any cause will do"), .flags = SEARCH, .suggest = "risk-sources", .aliases = "原因|脅威|要因|脅威・脆弱性"},
    {.name = "found_from", .kind = KIND_CHOICE, .label = TEXT("特定のしかた", "Found from"), .help = TEXT("原因と影響の両側から考える", "Think from both sides"), .flags = FILTER, .choices = froms, .choices_n = COUNT(froms), .aliases = "特定方法"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("対象の資産", "Assets"), .help = TEXT("事象が起こる資産", "Where it happens"), .flags = FILTER, .target = "asset", .aliases = "対象資産|関連資産|情報資産"},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("影響するサービス", "Services"), .help = TEXT("直接影響を受けるサービス", "Those hit directly"), .flags = FILTER, .target = "service", .aliases = "関連サービス|影響サービス|対象サービス"},
    {.name = "losses", .kind = KIND_LONG, .label = TEXT("損害", "Losses"), .help = TEXT("その後に続く損害", "What follows from it"), .flags = SEARCH, .aliases = "被害|想定被害|影響内容"},
    {.name = "existing_controls", .kind = KIND_LONG, .label = TEXT("現在の対策", "Existing controls"), .help = TEXT("いまある対策とその効き目", "What is in place and how far it helps"), .flags = SEARCH, .aliases = "既存対策|現行の対策|現行対策|実施済み対策"},
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .help = TEXT("1 小、2 中、3 大", "1 small, 2 medium, 3 large"), .flags = RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_SIDE, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "影響度|被害の程度|影響の大きさ|被害の大きさ"},
    {.name = "impact_evidence", .kind = KIND_LONG, .label = TEXT("影響の根拠", "Evidence of impact"), .help = TEXT("実績や試算", "Records or estimates"), .aliases = "影響度の根拠"},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .help = TEXT("1 低、2 中、3 高", "1 low, 2 medium, 3 high"), .flags = RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_SIDE, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "発生可能性|発生頻度|可能性|発生しやすさ"},
    {.name = "likelihood_evidence", .kind = KIND_LONG, .label = TEXT("起こりやすさの根拠", "Evidence of likelihood"), .help = TEXT("実績や他組織の例", "Records or cases elsewhere"), .aliases = "発生可能性の根拠"},
    {.name = "effect", .kind = KIND_LONG, .label = TEXT("サービスへの具体的な影響", "Effect on the service"), .help = TEXT("何人が、どれだけの時間。しきい値と比べて", "How many, how long, against the threshold"), .flags = SEARCH, .aliases = "サービスへの影響|具体的影響"},
    {.name = "level", .kind = KIND_INT, .label = TEXT("リスクレベル", "Risk level"), .help = TEXT("承認された判定基準から計算", "From the approved criteria"), .flags = DERIVED | RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_SIDE},
    {.name = "accepted", .kind = KIND_BOOL, .label = TEXT("基準では受容", "Accepted by the criteria"), .help = TEXT("承認された判定基準から計算", "From the approved criteria"), .flags = DERIVED | FILTER},
    {.name = "level_criteria", .kind = KIND_TEXT, .label = TEXT("計算に使った判定基準", "Criteria of the level"), .help = TEXT("レベルを計算した判定基準の番号", "Number of the criteria that gave the level"), .flags = DERIVED | FILTER},
    {.name = "above_limit", .kind = KIND_BOOL, .label = TEXT("法令・契約・規模から見て高すぎる", "Too high in view of law, contract or size"), .help = TEXT("はい、なら回避を提案します", "If so, avoiding is proposed"), .aliases = "許容不可"},
    {.name = "proposal", .kind = KIND_CHOICE, .label = TEXT("提案", "Proposal"), .help = TEXT("計算による提案。決めるのは人です", "Computed; a person decides"), .flags = DERIVED, .choices = options, .choices_n = COUNT(options)},
    {.name = "proposal_why", .kind = KIND_TEXT, .label = TEXT("提案の理由", "Why proposed"), .help = TEXT("当てはまった規則", "The rule that fired"), .flags = DERIVED},
    {.name = "judgement", .kind = KIND_CHOICE, .label = TEXT("判断", "Judgement"), .help = TEXT("経営層や有識者の判断。基準がなくてもよい", "Of management or experts; criteria are not needed"), .flags = FILTER | COLUMN, .choices = judgements, .choices_n = COUNT(judgements), .aliases = "対応要否|評価結果"},
    {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("判断した役職", "Judged by"), .help = TEXT("役職や会議体", "Post or body"), .aliases = "判断者|評価者"},
    {.name = "judgement_reason", .kind = KIND_LONG, .label = TEXT("判断の理由", "Reason of judgement"), .help = TEXT("あとで基準になる理由", "Reasons that grow into criteria"), .flags = SEARCH, .aliases = "判断理由"},
    {.name = "overridden", .kind = KIND_BOOL, .label = TEXT("基準と異なる判断あり", "Judged against the criteria"), .help = TEXT("一度付いた印は消えません", "Once marked, for ever"), .flags = READONLY | FILTER},
    {.name = "option", .kind = KIND_CHOICE, .label = TEXT("対応の選択肢", "Option"), .help = TEXT("修正、保有、回避、共有", "Modify, retain, avoid, share"), .flags = FILTER | COLUMN, .choices = options, .choices_n = COUNT(options), .aliases = "対応策|対応方針|リスク対応"},
    {.name = "option_grounds", .kind = KIND_LONG, .label = TEXT("選択の根拠", "Grounds of the option"), .help = TEXT("なぜそれを選んだか", "Why it was chosen"), .aliases = "選択理由|選定理由|対応方針の理由"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .help = TEXT("このリスクに責任を持つ部署", "The unit that answers for it"), .flags = FILTER | COLUMN, .target = "unit", .aliases = "リスク所有者|所管課|担当課|主管課|担当部署"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN, .aliases = "見直し日|次回見直し|見直期限|見直し期限"},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("空なら検討中", "Empty: open"), .flags = FILTER | COLUMN, .choices = states, .choices_n = COUNT(states), .aliases = "状況|対応状況|進捗"},
};

static void need_with(const Record *r, const char *given, const char *needed, Text why, Mistakes *m)
{
    if (value_of(r, given)->state != VALUE_NONE && value_of(r, needed)->state == VALUE_NONE) mistake_add(m, str_of(needed), "required", why);
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    UNUSED(c);
    UNUSED(old);
    need_with(r, "judgement", "judged_by", text_of("誰が判断したかを役職で書いてください。", "Say by post who judged."), m);
    need_with(r, "judgement", "judgement_reason", text_of("判断の理由を書いてください。", "Give the reason of the judgement."), m);
    need_with(r, "option", "option_grounds", text_of("その選択肢を選んだ根拠を書いてください。", "Give the grounds for the option."), m);
    return ERR_NONE;
}

/* Low and high end of a judged value; not known at all: the whole scale. False: not given. */
static bool ends(const Value *v, int64_t *low, int64_t *high)
{
    *low = v->state == VALUE_UNKNOWN ? 1 : v->i;
    *high = v->state == VALUE_UNKNOWN ? MATRIX_SIDE : v->state == VALUE_RANGE ? v->hi : v->i;
    return v->state == VALUE_KNOWN || v->state == VALUE_UNKNOWN || v->state == VALUE_RANGE;
}

static bool span_of(const Record *r, const Matrix *x, MatrixSpan *out)
{
    int64_t a, b, c, d;
    return ends(value_of(r, "impact"), &a, &b) && ends(value_of(r, "likelihood"), &c, &d) && matrix_span(x, a, b, c, d, out);
}

static bool accepts(const Record *r)
{
    const Value *judgement = value_of(r, "judgement");
    return judgement->state == VALUE_KNOWN && str_eqc(judgement->text, "accept");
}

/* Level, acceptance and by which criteria; without criteria none of them. */
static void judge_level(Ctx *c, Record *r, const Record *criteria, const Matrix *x)
{
    MatrixSpan s;
    *value_of(r, "level") = *value_of(r, "accepted") = *value_of(r, "level_criteria") = (Value){VALUE_NONE};
    if (!criteria) return;
    put_text(value_of(r, "level_criteria"), record_label(c->a, criteria));
    if (!span_of(r, x, &s)) return;
    *value_of(r, "level") = (Value){.state = s.low == s.high ? VALUE_KNOWN : VALUE_RANGE, .i = s.low, .hi = s.high};
    put_int(value_of(r, "accepted"), s.all_accepted);
}

void risk_judge(Ctx *c, Record *r, const Record *criteria)
{
    static const char *const codes[PROPOSALS] = {"", "modify", "retain", "avoid", "share"};
    Matrix x = {0};
    if (criteria) x = criteria_matrix(criteria);
    judge_level(c, r, criteria, &x);
    const Value *impact = value_of(r, "impact"), *likelihood = value_of(r, "likelihood"), *above = value_of(r, "above_limit");
    Proposal p = matrix_propose(&(MatrixCase){impact->state == VALUE_KNOWN ? impact->i : 0, likelihood->state == VALUE_KNOWN ? likelihood->i : 0, criteria ? &x : NULL,
        above->state == VALUE_KNOWN && above->i});
    put_text(value_of(r, "proposal"), str_of(codes[p.option]));
    put_text(value_of(r, "proposal_why"), text_in(matrix_why_rows[p.why].text, c->lang));
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    const Record *criteria;
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("open"));
    TRY(criteria_in_force(c, day_in_japan(c->now), &criteria));
    risk_judge(c, r, criteria);
    const Value *accepted = value_of(r, "accepted");
    bool against = accepts(r) && accepted->state == VALUE_KNOWN && !accepted->i;
    bool before = old && value_of(old, "overridden")->state == VALUE_KNOWN && value_of(old, "overridden")->i;
    put_int(value_of(r, "overridden"), against || before);
    return ERR_NONE;
}

static Err after_load(Ctx *c, Record *const *list, size_t n)
{
    const Record *criteria;
    TRY(criteria_in_force(c, day_in_japan(c->now), &criteria));
    for (size_t i = 0; i < n; i++)
        risk_judge(c, list[i], criteria);
    return ERR_NONE;
}

const Resource risk_resource = {.name = "risk", .path = "risks", .prefix = "R", .label = TEXT("リスク", "Risk"), .label_many = TEXT("リスク", "Risks"),
    .help = TEXT("起こりうる損害", "Losses that may occur"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT,
    .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check, .before_save = before_save, .after_load = after_load};
