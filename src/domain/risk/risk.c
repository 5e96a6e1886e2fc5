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
static const Choice verdicts[] = {
    [NEED_NONE] = {CODE("none"), TEXT("未評価", "Not evaluated"), TEXT("基準がないか、分析がまだ", "No criteria, or not analysed yet")},
    [NEED_TREAT] = {CODE("treat"), TEXT("対応が必要", "Needs treatment"), TEXT("基準の規則に当たる", "A rule of the criteria fired")},
    [NEED_ACCEPT] = {CODE("accept"), TEXT("受容できる", "Acceptable"), TEXT("どの規則にも当たらない", "No rule fired")},
    [NEED_UNDECIDED] = {CODE("undecided"), TEXT("決まらない", "Undecided"), TEXT("幅を狭めれば決まる", "A narrower interval would decide")},
};
static const Choice strengths[] = {
    {CODE("record"), TEXT("実績", "Records"), TEXT("自組織の実際のデータ", "Own real data")},
    {CODE("case"), TEXT("他組織の例", "Cases elsewhere"), TEXT("公表された事例など", "Published cases")},
    {CODE("expert"), TEXT("専門家の見立て", "Experts"), TEXT("詳しい人の判断", "Judgement of those who know")},
    {CODE("guess"), TEXT("仮置き", "Guess"), TEXT("まだ確かめていない", "Not checked yet")},
};
static const Choice methods[] = {
    {CODE("qualitative"), TEXT("定性的", "Qualitative"), TEXT("段階で判断する", "By steps")},
    {CODE("quantitative"), TEXT("定量的", "Quantitative"), TEXT("頻度と金額で計算する", "By frequency and money")},
    {CODE("both"), TEXT("両方", "Both"), TEXT("段階と数を並べる", "Side by side")},
};
static const Choice strengths_of_cause[] = {
    {CODE("weak"), TEXT("弱い", "Weak"), TEXT("同じ年に重なることがある（相関 0.25）", "They sometimes fall into the same year (correlation 0.25)")},
    {CODE("medium"), TEXT("中くらい", "Medium"), TEXT("よく重なる（相関 0.5）", "They often do (correlation 0.5)")},
    {CODE("strong"), TEXT("強い", "Strong"), TEXT("ほとんどいつも重なる（相関 0.75）", "They nearly always do (correlation 0.75)")},
};
static const Choice works[] = {
    {CODE("works"), TEXT("効いている", "Works"), TEXT("確かめてある", "It was checked")},
    {CODE("partly"), TEXT("一部", "Partly"), TEXT("抜けがある", "There are gaps")},
    {CODE("untested"), TEXT("未確認", "Not checked"), TEXT("効くかどうか確かめていない", "Nobody checked")},
    {CODE("not"), TEXT("効いていない", "Does not work"), TEXT("止まっている、形だけ", "Stopped, or on paper only")},
};
static const Field view_fields[] = {
    {.name = "viewpoint", .kind = KIND_CHOICE, .label = TEXT("観点", "Viewpoint"), .help = TEXT("何への影響か", "Impact on what"), .flags = REQUIRED, .choices = impact_viewpoints, .choices_n = IMPACT_VIEWPOINTS},
    {.name = "level", .kind = KIND_INT, .label = TEXT("段階", "Step"), .help = TEXT("影響の段階", "Of the impact"), .flags = REQUIRED | RANGE, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_impact},
    {.name = "evidence", .kind = KIND_LONG, .label = TEXT("根拠", "Evidence"), .help = TEXT("実績や試算", "Records or estimates")},
};
static const Field control_fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("対策", "Control"), .help = TEXT("いまある対策", "What is in place"), .flags = REQUIRED},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("予防か、被害の抑制か", "Prevention or damage limitation"), .choices = measure_kinds, .choices_n = MEASURE_KINDS},
    {.name = "impact_by", .kind = KIND_INT, .label = TEXT("影響を下げる段階数", "Lowers impact by"), .help = TEXT("0 から 9", "0 to 9 steps"), .max = MATRIX_SIDE_MAX - 1},
    {.name = "likelihood_by", .kind = KIND_INT, .label = TEXT("起こりやすさを下げる段階数", "Lowers likelihood by"), .help = TEXT("0 から 9", "0 to 9 steps"), .max = MATRIX_SIDE_MAX - 1},
    {.name = "works", .kind = KIND_CHOICE, .label = TEXT("効き目の確認", "Does it work?"), .help = TEXT("確かめたか", "Was it checked"), .choices = works, .choices_n = COUNT(works)},
    {.name = "evidence", .kind = KIND_LONG, .label = TEXT("根拠", "Evidence"), .help = TEXT("試験、点検、訓練の結果など", "Tests, inspections, drills")},
};
#define STEP(field, ja, en, help_ja, help_en) .name = field, .kind = KIND_INT, .label = TEXT(ja, en), .help = TEXT(help_ja, help_en), .min = 1, .max = MATRIX_SIDE_MAX
static const Field fields[] = {
    {.name = "title", .kind = KIND_TEXT, .label = TEXT("リスク名", "Risk"), .help = TEXT("何が起きて何が困るかを一文で", "What happens and what it harms, in one sentence"), .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "リスク|リスクの内容|リスク内容|想定リスク|件名|名称"},
    {.name = "event", .kind = KIND_LONG, .label = TEXT("事象", "Event"), .help = TEXT("何が起こるか", "What happens"), .begins = TEXT("特定", "Identification"), .flags = SEARCH, .suggest = "events", .aliases = "想定事象|発生事象"},
    {.name = "cause", .kind = KIND_LONG, .label = TEXT("リスク源", "Risk source"), .help = TEXT("脅威や弱点。原因を問わないなら空", "Threat or weakness; empty when any cause will do"), .flags = SEARCH, .suggest = "risk-sources", .aliases = "原因|脅威|要因|脅威・脆弱性"},
    {.name = "found_from", .kind = KIND_CHOICE, .label = TEXT("特定のしかた", "Found from"), .help = TEXT("原因と影響の両側から考える", "Think from both sides"), .flags = FILTER, .choices = froms, .choices_n = COUNT(froms), .aliases = "特定方法"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("対象の資産", "Assets"), .help = TEXT("事象が起こる資産", "Where it happens"), .flags = FILTER, .target = "asset", .aliases = "対象資産|関連資産|情報資産"},
    {.name = "services", .kind = KIND_REFS, .label = TEXT("影響するサービス", "Services"), .help = TEXT("直接影響を受けるサービス", "Those hit directly"), .flags = FILTER, .target = "service", .aliases = "関連サービス|影響サービス|対象サービス"},
    {.name = "losses", .kind = KIND_LONG, .label = TEXT("損害", "Losses"), .help = TEXT("その後に続く損害", "What follows from it"), .flags = SEARCH, .aliases = "被害|想定被害|影響内容"},
    {.name = "leak", .kind = KIND_BOOL, .label = TEXT("機密性が損なわれる", "Confidentiality is lost"), .help = TEXT("漏れる", "It leaks"), .flags = FILTER},
    {.name = "error", .kind = KIND_BOOL, .label = TEXT("完全性が損なわれる", "Integrity is lost"), .help = TEXT("変わる、誤る", "It changes or errs"), .flags = FILTER},
    {.name = "stop", .kind = KIND_BOOL, .label = TEXT("可用性が損なわれる", "Availability is lost"), .help = TEXT("止まる、使えない", "It stops"), .flags = FILTER},
    {.name = "existing_controls", .kind = KIND_LONG, .label = TEXT("現在の対策", "Existing controls"), .help = TEXT("いまある対策とその効き目", "What is in place and how far it helps"), .begins = TEXT("分析", "Analysis"), .flags = SEARCH, .aliases = "既存対策|現行の対策|現行対策|実施済み対策"},
    {.name = "controls", .kind = KIND_LIST, .label = TEXT("現在の対策ごとの効き目", "Effect of each control"), .help = TEXT("どの対策が影響と起こりやすさをどれだけ下げているか", "How far each lowers impact and likelihood"), .max = 50, .fields = control_fields, .fields_n = COUNT(control_fields)},
    {.name = "method", .kind = KIND_CHOICE, .label = TEXT("分析の方法", "Method"), .help = TEXT("段階か、数か", "By steps or by numbers"), .flags = FILTER, .choices = methods, .choices_n = COUNT(methods)},
    {.name = "method_grounds", .kind = KIND_LONG, .label = TEXT("方法を選んだ理由", "Grounds of the method"), .help = TEXT("求める精度、あるデータ、できる人、手間から", "Accuracy needed, data at hand, competence, ease")},
    {STEP("inherent_impact", "対策がないときの影響", "Inherent impact", "いまの対策が何もないとしたら", "As if nothing were in place"), .flags = RANGE, .most = most_impact},
    {STEP("inherent_likelihood", "対策がないときの起こりやすさ", "Inherent likelihood", "いまの対策が何もないとしたら", "As if nothing were in place"), .flags = RANGE, .most = most_likelihood},
    {.name = "views", .kind = KIND_LIST, .label = TEXT("観点ごとの影響", "Impact by viewpoint"), .help = TEXT("書くと、最も悪いものが影響になります", "If given, the worst one becomes the impact"), .max = 7, .fields = view_fields, .fields_n = COUNT(view_fields)},
    {.name = "impact", .kind = KIND_INT, .label = TEXT("影響", "Impact"), .help = TEXT("1 小、2 中、3 大", "1 small, 2 medium, 3 large"), .flags = RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_impact, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "影響度|被害の程度|影響の大きさ|被害の大きさ"},
    {.name = "impact_evidence", .kind = KIND_LONG, .label = TEXT("影響の根拠", "Evidence of impact"), .help = TEXT("実績や試算", "Records or estimates"), .aliases = "影響度の根拠"},
    {.name = "impact_strength", .kind = KIND_CHOICE, .label = TEXT("影響の根拠の強さ", "Strength of that evidence"), .help = TEXT("何に基づくか", "What it rests on"), .choices = strengths, .choices_n = COUNT(strengths)},
    {.name = "likelihood", .kind = KIND_INT, .label = TEXT("起こりやすさ", "Likelihood"), .help = TEXT("1 低、2 中、3 高", "1 low, 2 medium, 3 high"), .flags = RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_SIDE_MAX, .most = most_likelihood, .choices = three_levels, .choices_n = THREE_LEVELS, .aliases = "発生可能性|発生頻度|可能性|発生しやすさ"},
    {.name = "likelihood_evidence", .kind = KIND_LONG, .label = TEXT("起こりやすさの根拠", "Evidence of likelihood"), .help = TEXT("実績や他組織の例", "Records or cases elsewhere"), .aliases = "発生可能性の根拠"},
    {.name = "likelihood_strength", .kind = KIND_CHOICE, .label = TEXT("起こりやすさの根拠の強さ", "Strength of that evidence"), .help = TEXT("何に基づくか", "What it rests on"), .choices = strengths, .choices_n = COUNT(strengths)},
    {.name = "per_century", .kind = KIND_INT, .label = TEXT("100年あたりの回数", "Times in 100 years"), .help = TEXT("1 は百年に一度、100 は年に一度。範囲は九割がた収まる幅", "1 once a century, 100 once a year; a range that holds nine times in ten"), .begins = TEXT("数での見積もり", "Estimate in numbers"), .flags = RANGE, .max = PER_CENTURY_MAX},
    {.name = "loss", .kind = KIND_MONEY, .label = TEXT("一回の損害（円）", "Loss a time (yen)"), .help = TEXT("範囲は九割がた収まる幅", "A range that holds nine times in ten"), .flags = RANGE, .max = 1000000000000000, .aliases = "損害額|想定損害額|被害額"},
    {.name = "at_most_once", .kind = KIND_BOOL, .label = TEXT("一年に多くて一度", "At most once a year"), .help = TEXT("一度起きたら、その年はもう起きない。上の回数は起きる年の割合になります（範囲なら中央）", "Once it has happened it does not again in that year. The times above are then the share of years (of a range its middle)")},
    {.name = "secondary_loss", .kind = KIND_MONEY, .label = TEXT("二次的な損害（円）", "Secondary loss (yen)"), .help = TEXT("賠償、信用の低下など、起きたあとに起こりうる損害", "Damages, loss of trust: what may follow"), .flags = RANGE, .max = 1000000000000000},
    {.name = "secondary_percent", .kind = KIND_INT, .label = TEXT("二次的な損害に至る割合（％）", "Leads to secondary loss (%)"), .help = TEXT("十回のうち三回なら 30", "Three times in ten is 30"), .min = 1, .max = 100},
    {.name = "insured_from", .kind = KIND_MONEY, .label = TEXT("保険の免責額（円）", "Insurance: deductible (yen)"), .help = TEXT("一回の損害のうち、ここまでは自ら負う", "Of each loss, so much is borne first"), .max = 1000000000000000},
    {.name = "insured_limit", .kind = KIND_MONEY, .label = TEXT("保険の支払い上限（円）", "Insurance: limit (yen)"), .help = TEXT("一回に支払われる額の上限", "At most so much is paid a time"), .min = 1, .max = 1000000000000000},
    {.name = "insured_percent", .kind = KIND_INT, .label = TEXT("保険の支払い割合（％）", "Insurance: share (%)"), .help = TEXT("空なら 100", "Empty: 100"), .min = 1, .max = 100},
    {.name = "common_cause", .kind = KIND_REF, .label = TEXT("共通の原因", "Common cause"), .help = TEXT("地震、停電など。同じ原因のリスクは、同じ年に重なりやすいとして計算します", "Earthquake, power cut: risks with the same cause tend to fall into the same years"), .flags = FILTER, .target = "common_cause"},
    {.name = "common_strength", .kind = KIND_CHOICE, .label = TEXT("共通の原因との結び付き", "Tie to the common cause"), .help = TEXT("その原因がどれだけ左右するか", "How far that cause decides"), .choices = strengths_of_cause, .choices_n = COUNT(strengths_of_cause)},
    {.name = "effect", .kind = KIND_LONG, .label = TEXT("サービスへの具体的な影響", "Effect on the service"), .help = TEXT("何人が、どれだけの時間。しきい値と比べて", "How many, how long, against the threshold"), .begins = TEXT("サービスへの影響と目標", "Effect on services, and target"), .flags = SEARCH, .aliases = "サービスへの影響|具体的影響"},
    {.name = "effects", .kind = KIND_LIST, .label = TEXT("サービスごとの影響", "Effect by service"), .help = TEXT("水準と比べます", "Compared with its level"), .max = 50, .fields = effect_fields, .fields_n = EFFECT_FIELDS},
    {STEP("target_impact", "目標とする影響", "Target impact", "対応した後に目指す段階", "Where treatment should lead"), .flags = RANGE, .most = most_impact},
    {STEP("target_likelihood", "目標とする起こりやすさ", "Target likelihood", "対応した後に目指す段階", "Where treatment should lead"), .flags = RANGE, .most = most_likelihood},
    {STEP("proposed_impact", "数から見た影響", "Impact by the numbers", "一回の損害を判定基準の金額の段階に当てたもの。決めるのは人です", "The loss a time on the steps of the criteria in money. A person decides"), .flags = DERIVED | RANGE, .most = most_impact},
    {STEP("proposed_likelihood", "数から見た起こりやすさ", "Likelihood by the numbers", "回数を判定基準の段階に当てたもの。決めるのは人です", "The times on the steps of the criteria. A person decides"), .flags = DERIVED | RANGE, .most = most_likelihood},
    {.name = "scale", .kind = KIND_TEXT, .label = TEXT("分析に使った段階", "Scale of the analysis"), .help = TEXT("影響と起こりやすさを判断したときの段階の数", "How many steps impact and likelihood had when they were judged"), .flags = READONLY, .max = 20},
    {.name = "level", .kind = KIND_INT, .label = TEXT("リスクレベル", "Risk level"), .help = TEXT("承認された判定基準から計算", "From the approved criteria"), .begins = TEXT("評価", "Evaluation"), .flags = DERIVED | RANGE | SORT | FILTER | COLUMN, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "accepted", .kind = KIND_BOOL, .label = TEXT("基準では受容", "Accepted by the criteria"), .help = TEXT("承認された判定基準から計算", "From the approved criteria"), .flags = DERIVED | FILTER},
    {.name = "level_criteria", .kind = KIND_TEXT, .label = TEXT("計算に使った判定基準", "Criteria of the level"), .help = TEXT("レベルを計算した判定基準の番号", "Number of the criteria that gave the level"), .flags = DERIVED | FILTER},
    {.name = "verdict", .kind = KIND_CHOICE, .label = TEXT("基準による評価", "Evaluation"), .help = TEXT("承認された判定基準の規則から計算", "Computed by the rules of the approved criteria"), .flags = DERIVED | FILTER | COLUMN, .choices = verdicts, .choices_n = COUNT(verdicts)},
    {.name = "verdict_why", .kind = KIND_TEXT, .label = TEXT("評価の理由", "Why"), .help = TEXT("当てはまった規則", "The rule that fired"), .flags = DERIVED},
    {.name = "inherent_level", .kind = KIND_INT, .label = TEXT("対策がないときのレベル", "Inherent level"), .help = TEXT("計算", "Computed"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "target_level", .kind = KIND_INT, .label = TEXT("目標のレベル", "Target level"), .help = TEXT("計算", "Computed"), .flags = DERIVED | RANGE, .min = 1, .max = MATRIX_LEVEL_MAX, .most = most_level},
    {.name = "yearly_loss", .kind = KIND_MONEY, .label = TEXT("一年の損害（円）", "Loss a year (yen)"), .help = TEXT("回数と一回の損害から。なければ段階の幅から", "From times and loss; else from what the steps mean"), .flags = DERIVED | RANGE},
    {.name = "reach", .kind = KIND_CHOICE, .label = TEXT("サービスの水準", "Service level"), .help = TEXT("サービス維持レベルや自社の目標に達するか", "Whether the effect reaches the level or the own target"), .flags = DERIVED | FILTER, .choices = reach_choices, .choices_n = REACHES},
    {.name = "priority", .kind = KIND_INT, .label = TEXT("優先順位の値", "Priority"), .help = TEXT("レベル、サービスの水準、人数×時間の順に並べるための値", "Orders by level, service level, users × minutes"), .flags = DERIVED | SORT | ORDER},
    {.name = "priority_why", .kind = KIND_TEXT, .label = TEXT("優先順位の理由", "Why this priority"), .help = TEXT("何が順位を決めたか", "What decided the place"), .flags = DERIVED},
    {.name = "controls_note", .kind = KIND_TEXT, .label = TEXT("対策の効き目との食い違い", "Controls against levels"), .help = TEXT("対策がないときの段階から効き目を引いた値と比べます", "Inherent steps less the effect of the controls, compared"), .flags = DERIVED},
    {.name = "above_limit", .kind = KIND_BOOL, .label = TEXT("法令・契約・規模から見て高すぎる", "Too high in view of law, contract or size"), .help = TEXT("はい、なら回避を提案します", "If so, avoiding is proposed"), .aliases = "許容不可"},
    {.name = "proposal", .kind = KIND_CHOICE, .label = TEXT("提案", "Proposal"), .help = TEXT("計算による提案。決めるのは人です", "Computed; a person decides"), .flags = DERIVED, .choices = options, .choices_n = COUNT(options)},
    {.name = "proposal_why", .kind = KIND_TEXT, .label = TEXT("提案の理由", "Why proposed"), .help = TEXT("当てはまった規則", "The rule that fired"), .flags = DERIVED},
    {.name = "judgement", .kind = KIND_CHOICE, .label = TEXT("判断", "Judgement"), .help = TEXT("経営層や有識者の判断。基準がなくてもよい", "Of management or experts; criteria are not needed"), .flags = FILTER | COLUMN, .choices = judgements, .choices_n = COUNT(judgements), .aliases = "対応要否|評価結果"},
    {.name = "judged_by", .kind = KIND_TEXT, .label = TEXT("判断した役職", "Judged by"), .help = TEXT("役職や会議体", "Post or body"), .aliases = "判断者|評価者"},
    {.name = "judged_on", .kind = KIND_DATE, .label = TEXT("判断した日", "Judged on"), .help = TEXT("空なら保存した日。受容の期間はここから数えます", "Empty: the day of saving; periods of acceptance begin here"), .flags = SORT, .aliases = "判断日|評価日"},
    {.name = "judgement_reason", .kind = KIND_LONG, .label = TEXT("判断の理由", "Reason of judgement"), .help = TEXT("あとで基準になる理由", "Reasons that grow into criteria"), .flags = SEARCH, .aliases = "判断理由"},
    {.name = "overridden", .kind = KIND_BOOL, .label = TEXT("基準と異なる判断あり", "Judged against the criteria"), .help = TEXT("一度付いた印は消えません", "Once marked, for ever"), .flags = READONLY | FILTER},
    {.name = "option", .kind = KIND_CHOICE, .label = TEXT("対応の選択肢", "Option"), .help = TEXT("修正、保有、回避、共有", "Modify, retain, avoid, share"), .begins = TEXT("対応", "Treatment"), .flags = FILTER | COLUMN, .choices = options, .choices_n = COUNT(options), .aliases = "対応策|対応方針|リスク対応"},
    {.name = "option_grounds", .kind = KIND_LONG, .label = TEXT("選択の根拠", "Grounds of the option"), .help = TEXT("なぜそれを選んだか", "Why it was chosen"), .aliases = "選択理由|選定理由|対応方針の理由"},
    {.name = "owner", .kind = KIND_REF, .label = TEXT("リスク所有部署", "Risk owner"), .help = TEXT("このリスクに責任を持つ部署", "The unit that answers for it"), .begins = TEXT("担当と見直し", "Owner and review"), .flags = FILTER | COLUMN, .target = "unit", .aliases = "リスク所有者|所管課|担当課|主管課|担当部署"},
    {.name = "review_on", .kind = KIND_DATE, .label = TEXT("次の見直し日", "Review on"), .help = TEXT("この日までに見直す", "To be looked at again by this day"), .flags = SORT | FILTER | COLUMN, .aliases = "見直し日|次回見直し|見直期限|見直し期限"},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("状態", "State"), .help = TEXT("空なら検討中", "Empty: open"), .flags = FILTER | COLUMN, .choices = states, .choices_n = COUNT(states), .aliases = "状況|対応状況|進捗"},
    {.name = "reopened_at", .kind = KIND_CHOICE, .label = TEXT("戻った手順", "Sent back to"), .help = TEXT("この手順からやり直す", "To be gone through again from this step"), .flags = READONLY | FILTER, .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "reopened_why", .kind = KIND_LONG, .label = TEXT("戻った理由", "Why sent back"), .help = TEXT("何が変わったか", "What changed"), .flags = READONLY},
    {.name = "reopened_on", .kind = KIND_DATE, .label = TEXT("戻った日", "Sent back on"), .help = TEXT("やり直すことにした日", "Day on which it was sent back"), .flags = READONLY | SORT},
    {.name = "reopened_by", .kind = KIND_REF, .label = TEXT("きっかけの変化", "Trigger"), .help = TEXT("やり直しのもとになった変化の兆し", "The change that led to it"), .flags = READONLY | FILTER, .target = "trigger"},
    {.name = "reopened_result", .kind = KIND_LONG, .label = TEXT("やり直しの結果", "Result of the latest return"), .help = TEXT("最後にやり直した結果", "What the step led to, the last time"), .flags = READONLY},
};

static void need_with(const Record *r, const char *given, const char *needed, Text why, Mistakes *m)
{
    if (value_of(r, given)->state != VALUE_NONE && value_of(r, needed)->state == VALUE_NONE) mistake_add(m, str_of(needed), "required", why);
}

/* Steps of the scale in force; one that was not touched keeps the scale on which it was judged. */
static void check_step(Ctx *c, const Record *old, const Record *r, const char *name, int steps, Mistakes *m)
{
    const Value *v = value_of(r, name);
    int64_t high = v->state == VALUE_RANGE ? v->hi : v->i;
    const Field *f = &r->res->fields[field_find(r->res->fields, r->res->fields_n, str_of(name))];
    if ((v->state != VALUE_KNOWN && v->state != VALUE_RANGE) || high <= steps) return;
    if (old && values_equal(f, value_of(old, name), v)) return;
    mistake_add(m, str_of(name), "range", TEXT_FILL(c->a, "いまの判定基準の段階は 1 から {0} までです。", "The scale of the criteria in force goes from 1 to {0}.", str_printf(c->a, "%d", steps)));
}

static const char *const impact_steps[] = {"impact", "inherent_impact", "target_impact"}, *const likelihood_steps[] = {"likelihood", "inherent_likelihood", "target_likelihood"};

static bool any_step(const Record *r)
{
    bool any = value_of(r, "views")->n > 0;
    for (size_t i = 0; i < COUNT(impact_steps); i++)
        any = any || value_of(r, impact_steps[i])->state != VALUE_NONE || value_of(r, likelihood_steps[i])->state != VALUE_NONE;
    return any;
}

static Err check_scale(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    const Criteria *criteria;
    if (!any_step(r)) return ERR_NONE;
    TRY(criteria_now(c, &criteria));
    int impacts = criteria ? criteria->table.impacts : MATRIX_PLAIN, likelihoods = criteria ? criteria->table.likelihoods : MATRIX_PLAIN;
    for (size_t i = 0; i < COUNT(impact_steps); i++) {
        check_step(c, old, r, impact_steps[i], impacts, m);
        check_step(c, old, r, likelihood_steps[i], likelihoods, m);
    }
    const Value *views = value_of(r, "views");
    for (size_t i = 0; i < views->n; i++) {
        const Value *v = child_of(view_fields, COUNT(view_fields), views->rows[i], "level");
        if ((v->state == VALUE_RANGE ? v->hi : v->i) > impacts)
            mistake_add(m, str_printf(c->a, "views/%zu/level", i), "range", TEXT_FILL(c->a, "いまの判定基準の段階は 1 から {0} までです。", "The scale of the criteria in force goes from 1 to {0}.", str_printf(c->a, "%d", impacts)));
    }
    return ERR_NONE;
}

static Err check(Ctx *c, const Record *old, const Record *r, Mistakes *m)
{
    need_with(r, "judgement", "judged_by", text_of("誰が判断したかを役職で書いてください。", "Say by post who judged."), m);
    need_with(r, "judgement", "judgement_reason", text_of("判断の理由を書いてください。", "Give the reason of the judgement."), m);
    need_with(r, "option", "option_grounds", text_of("その選択肢を選んだ根拠を書いてください。", "Give the grounds for the option."), m);
    need_with(r, "method", "method_grounds", text_of("その方法を選んだ理由を書いてください。", "Give the grounds for the method."), m);
    need_with(r, "secondary_loss", "secondary_percent", text_of("何回に一回、二次的な損害に至るかを書いてください。", "Say how often it leads to the secondary loss."), m);
    need_with(r, "secondary_percent", "secondary_loss", text_of("二次的な損害の額を書いてください。", "Give the amount of the secondary loss."), m);
    need_with(r, "insured_from", "insured_limit", text_of("保険の支払い上限を書いてください。", "Give the limit of the insurance."), m);
    need_with(r, "insured_percent", "insured_limit", text_of("保険の支払い上限を書いてください。", "Give the limit of the insurance."), m);
    need_with(r, "common_cause", "common_strength", text_of("結び付きの強さを選んでください。", "Choose how strong the tie is."), m);
    need_with(r, "common_strength", "common_cause", text_of("共通の原因を書いてください。", "Name the common cause."), m);
    return check_scale(c, old, r, m);
}

/* --- derived ------------------------------------------------------------------------------------------------------------- */

static Interval step_of(const Record *r, const char *name, int steps)
{
    return interval_of(value_of(r, name), 1, steps);
}

static Interval level_of(const Record *r, const Criteria *x, const char *impact, const char *likelihood)
{
    MatrixSpan s;
    Interval i = step_of(r, impact, x->table.impacts), k = step_of(r, likelihood, x->table.likelihoods);
    if (!i.given || !k.given || !matrix_span(&x->table, i.low, i.high, k.low, k.high, &s)) return (Interval){0};
    return (Interval){true, s.low, s.high};
}

/* The own quantity; else from the lowest to the highest that the steps mean. */
static Interval quantity(const Record *r, const char *own, Interval step, const Interval *meaning, int64_t most)
{
    Interval v = interval_of(value_of(r, own), 0, most);
    if (v.given || !step.given || step.high > MATRIX_SIDE_MAX) return v;
    const Interval *low = &meaning[step.low - 1], *high = &meaning[step.high - 1];
    return low->given && high->given ? (Interval){true, low->low, high->high} : (Interval){0};
}

/* Months for which the table accepts: the shortest of the cells that the risk may lie in. */
static int months_of(const Criteria *x, Interval impact, Interval likelihood)
{
    int shortest = 0;
    for (int64_t i = impact.low; i <= impact.high && i <= MATRIX_SIDE_MAX; i++)
        for (int64_t k = likelihood.low; k <= likelihood.high && k <= MATRIX_SIDE_MAX; k++) {
            int months = x->months[i - 1][k - 1];
            if (months && (!shortest || months < shortest)) shortest = months;
        }
    return shortest;
}

static bool same_scale(const Record *r, const Criteria *x)
{
    const Value *scale = value_of(r, "scale");
    Str own = scale->state == VALUE_KNOWN ? scale->text : STR("3 × 3"); /* recorded before scales were */
    return str_eq(own, x->scale);
}

Day risk_accepted_until(const Record *r, const Criteria *x)
{
    const Value *on = value_of(r, "judged_on");
    if (!same_scale(r, x) || on->state != VALUE_KNOWN) return DAY_NONE;
    Interval impact = step_of(r, "impact", x->table.impacts), likelihood = step_of(r, "likelihood", x->table.likelihoods);
    int months = impact.given && likelihood.given ? months_of(x, impact, likelihood) : 0;
    return months ? day_add_months((Day)on->i, months) : DAY_NONE;
}

static bool expired(Ctx *c, const Record *r, const Criteria *x)
{
    Day until = risk_accepted_until(r, x);
    return until != DAY_NONE && day_in_japan(c->now) >= until;
}

static Evaluation evaluation_of(Ctx *c, const Record *r, const Criteria *x, Interval *yearly)
{
    Interval impact = {0}, likelihood = {0};
    if (same_scale(r, x)) impact = step_of(r, "impact", x->table.impacts), likelihood = step_of(r, "likelihood", x->table.likelihoods);
    Interval times = quantity(r, "per_century", likelihood, x->per_century, PER_CENTURY_MAX), loss = quantity(r, "loss", impact, x->loss, 1000000000000000);
    *yearly = interval_yearly(times, loss);
    return evaluate(&(EvaluationCase){.impact = impact, .likelihood = likelihood, .table = &x->table, .impact_from = x->impact_from,
        .likelihood_from = x->likelihood_from, .per_century = times, .loss = loss, .yearly_limited = x->yearly_limited, .yearly_max = x->yearly_max,
        .expired = expired(c, r, x)});
}

static Text why_of(Ctx *c, const Record *r, const Criteria *x, Evaluation e)
{
    bool analysed = value_of(r, "impact")->state != VALUE_NONE && value_of(r, "likelihood")->state != VALUE_NONE;
    if (e.need == NEED_NONE && analysed && !same_scale(r, x))
        return TEXT_FILL(c->a, "別の段階で分析されています。いまの基準（{0}）で分析し直してください。", "It was analysed on another scale: analyse it again on that of the criteria in force ({0}).", x->scale);
    const struct RuleRow *row = &evaluation_rule_rows[e.rule];
    return e.need == NEED_UNDECIDED ? row->open : row->fired;
}

/* The first step whose bound holds it, else the last one; 0 where a step below says no bound. */
static int64_t step_at(int64_t v, const Interval *meaning, int steps)
{
    for (int i = 0; i < steps; i++) {
        if (!meaning[i].given && !(i && i == steps - 1)) return 0;
        if (!meaning[i].given || v <= meaning[i].high || i == steps - 1) return i + 1;
    }
    return 0;
}

static Interval steps_by(Interval v, const Interval *meaning, int steps)
{
    if (!v.given) return (Interval){0};
    Interval out = {true, step_at(v.low, meaning, steps), step_at(v.high, meaning, steps)};
    return out.low && out.high ? out : (Interval){0};
}

/* The step that the numbers mean by these criteria, to be looked at beside what people chose. */
static void propose_steps(Record *r, const Criteria *x)
{
    Value *impact = value_of(r, "proposed_impact"), *likelihood = value_of(r, "proposed_likelihood");
    *impact = *likelihood = (Value){.state = VALUE_NONE};
    if (!x) return;
    put_interval(impact, steps_by(given_of(value_of(r, "loss")), x->loss, x->table.impacts));
    put_interval(likelihood, steps_by(given_of(value_of(r, "per_century")), x->per_century, x->table.likelihoods));
}

/* Everything that the criteria say of it; without criteria nothing. */
static void judge_by(Ctx *c, Record *r, const Criteria *x)
{
    static const char *const names[] = {"level", "accepted", "level_criteria", "verdict_why", "inherent_level", "target_level", "yearly_loss"};
    Interval yearly;
    for (size_t i = 0; i < COUNT(names); i++)
        *value_of(r, names[i]) = (Value){.state = VALUE_NONE};
    put_text(value_of(r, "verdict"), verdicts[NEED_NONE].code);
    if (!x) {
        put_interval(value_of(r, "yearly_loss"), interval_yearly(interval_of(value_of(r, "per_century"), 0, PER_CENTURY_MAX), interval_of(value_of(r, "loss"), 0, 1000000000000000)));
        return;
    }
    Evaluation e = evaluation_of(c, r, x, &yearly);
    put_text(value_of(r, "level_criteria"), x->label);
    put_text(value_of(r, "verdict"), verdicts[e.need].code);
    put_text(value_of(r, "verdict_why"), text_in(why_of(c, r, x, e), c->lang));
    put_interval(value_of(r, "yearly_loss"), yearly);
    if (e.need != NEED_NONE) put_int(value_of(r, "accepted"), e.need == NEED_ACCEPT);
    if (!same_scale(r, x)) return;
    put_interval(value_of(r, "level"), level_of(r, x, "impact", "likelihood"));
    put_interval(value_of(r, "inherent_level"), level_of(r, x, "inherent_impact", "inherent_likelihood"));
    put_interval(value_of(r, "target_level"), level_of(r, x, "target_impact", "target_likelihood"));
}

static void propose(Ctx *c, Record *r, const Criteria *x)
{
    static const char *const codes[PROPOSALS] = {"", "modify", "retain", "avoid", "share"};
    const Value *impact = value_of(r, "impact"), *likelihood = value_of(r, "likelihood"), *above = value_of(r, "above_limit");
    bool comparable = !x || same_scale(r, x);
    Proposal p = matrix_propose(&(MatrixCase){comparable && impact->state == VALUE_KNOWN ? impact->i : 0,
        comparable && likelihood->state == VALUE_KNOWN ? likelihood->i : 0, x ? &x->table : NULL, above->state == VALUE_KNOWN && above->i});
    if (p.option == PROPOSE_RETAIN && choice_is(value_of(r, "verdict"), "treat")) p = (Proposal){PROPOSE_MODIFY, WHY_RULE}; /* a rule beside the table */
    put_text(value_of(r, "proposal"), str_of(codes[p.option]));
    put_text(value_of(r, "proposal_why"), text_in(matrix_why_rows[p.why].text, c->lang));
}

/* Level first, then how far the effect goes, then users × minutes: one number that orders. */
static void put_priority(Ctx *c, Record *r, const Effect *e)
{
    static const int64_t REACH_UNIT = 100000000000000, LEVEL_UNIT = 1000000000000000;
    const Value *level = value_of(r, "level");
    int64_t top = level->state == VALUE_KNOWN ? level->i : level->state == VALUE_RANGE ? level->hi : 0;
    int64_t wide = e->user_minutes < REACH_UNIT ? e->user_minutes : REACH_UNIT - 1;
    put_int(value_of(r, "priority"), top * LEVEL_UNIT + (int64_t)e->reach * REACH_UNIT + wide);
    Text at = top ? TEXT_FILL(c->a, "レベル {0}", "Level {0}", str_printf(c->a, "%lld", (long long)top)) : text_of("レベル未定", "No level yet");
    Str why = text_in(at, c->lang);
    if (e->service) why = str_printf(c->a, "%.*s%s%.*s", STR_ARG(why), c->lang == JA ? "。" : ". ", STR_ARG(text_in(e->why, c->lang)));
    if (e->user_minutes) why = str_printf(c->a, c->lang == JA ? "%.*s（最大 %lld 人・分）" : "%.*s (up to %lld user minutes)", STR_ARG(why), (long long)e->user_minutes);
    put_text(value_of(r, "priority_why"), why);
    put_text(value_of(r, "reach"), reach_choices[e->reach].code);
}

/* Inherent steps less what the working controls take away must be the current ones. */
static void put_controls_note(Ctx *c, Record *r)
{
    const Value *rows = value_of(r, "controls"), *i = value_of(r, "impact"), *k = value_of(r, "likelihood");
    const Value *inherent_i = value_of(r, "inherent_impact"), *inherent_k = value_of(r, "inherent_likelihood");
    int64_t by_i = 0, by_k = 0;
    *value_of(r, "controls_note") = (Value){.state = VALUE_NONE};
    for (size_t n = 0; n < rows->n; n++) {
        const Value *state = child_of(control_fields, COUNT(control_fields), rows->rows[n], "works");
        if (choice_is(state, "not")) continue;
        by_i += child_of(control_fields, COUNT(control_fields), rows->rows[n], "impact_by")->i;
        by_k += child_of(control_fields, COUNT(control_fields), rows->rows[n], "likelihood_by")->i;
    }
    if (!rows->n || i->state != VALUE_KNOWN || k->state != VALUE_KNOWN || inherent_i->state != VALUE_KNOWN || inherent_k->state != VALUE_KNOWN) return;
    int64_t want_i = inherent_i->i - by_i < 1 ? 1 : inherent_i->i - by_i, want_k = inherent_k->i - by_k < 1 ? 1 : inherent_k->i - by_k;
    if (want_i == i->i && want_k == k->i) return;
    Str want = str_printf(c->a, "%lld・%lld", (long long)want_i, (long long)want_k), is = str_printf(c->a, "%lld・%lld", (long long)i->i, (long long)k->i);
    put_text(value_of(r, "controls_note"), text_in(TEXT_FILL(c->a, "対策の効き目からは影響・起こりやすさが {0} になりますが、{1} とされています。",
        "By the effect of the controls impact and likelihood would be {0}; they are given as {1}.", want, is), c->lang));
}

void risks_judge_among(Ctx *c, Record *const *list, size_t n, const Criteria *criteria, const Services *services)
{
    for (size_t i = 0; i < n; i++) {
        Effect e = effect_of(c, list[i], services);
        judge_by(c, list[i], criteria);
        propose_steps(list[i], criteria);
        propose(c, list[i], criteria);
        put_priority(c, list[i], &e);
        put_controls_note(c, list[i]);
    }
}

Err risks_judge(Ctx *c, Record *const *list, size_t n, const Criteria *criteria)
{
    Services services;
    TRY(effect_services(c, list, n, &services));
    risks_judge_among(c, list, n, criteria, &services);
    return ERR_NONE;
}

/* --- saving -------------------------------------------------------------------------------------------------------------- */

static bool changed(const Record *old, const Record *r, const char *name)
{
    int f = field_find(r->res->fields, r->res->fields_n, str_of(name));
    return !old || !values_equal(&r->res->fields[f], &old->v[f], &r->v[f]);
}

/* The worst of the viewpoints is the impact. */
static void worst_view(Record *r)
{
    const Value *views = value_of(r, "views");
    Interval list[8] = {{0}};
    for (size_t i = 0; i < views->n && i < COUNT(list); i++)
        list[i] = interval_of(child_of(view_fields, COUNT(view_fields), views->rows[i], "level"), 1, MATRIX_SIDE_MAX);
    Interval worst = interval_worst(list, COUNT(list));
    if (worst.given) put_interval(value_of(r, "impact"), worst);
}

static void note_scale(Ctx *c, const Record *old, Record *r, const Criteria *criteria)
{
    bool given = value_of(r, "impact")->state != VALUE_NONE || value_of(r, "likelihood")->state != VALUE_NONE;
    if (!given || (!changed(old, r, "impact") && !changed(old, r, "likelihood") && value_of(r, "scale")->state == VALUE_KNOWN)) return;
    if (old && !changed(old, r, "impact") && !changed(old, r, "likelihood")) return; /* an earlier program's: 3 × 3 */
    put_text(value_of(r, "scale"), criteria ? criteria->scale : scale_text(c->a, MATRIX_PLAIN, MATRIX_PLAIN));
}

static Err before_save(Ctx *c, const Record *old, Record *r)
{
    const Criteria *criteria;
    if (value_of(r, "state")->state == VALUE_NONE) put_text(value_of(r, "state"), STR("open"));
    TRY(criteria_now(c, &criteria));
    worst_view(r);
    note_scale(c, old, r, criteria);
    Value *judged_on = value_of(r, "judged_on");
    if (value_of(r, "judgement")->state == VALUE_KNOWN && changed(old, r, "judgement") && !(old && changed(old, r, "judged_on")) && (old || judged_on->state == VALUE_NONE))
        put_int(judged_on, day_in_japan(c->now));
    TRY(risks_judge(c, &r, 1, criteria));
    bool against = choice_is(value_of(r, "judgement"), "accept") && choice_is(value_of(r, "verdict"), "treat");
    bool before = old && value_of(old, "overridden")->state == VALUE_KNOWN && value_of(old, "overridden")->i;
    put_int(value_of(r, "overridden"), against || before);
    return ERR_NONE;
}

static Err after_load(Ctx *c, Record *const *list, size_t n)
{
    const Criteria *criteria;
    TRY(criteria_now(c, &criteria));
    return risks_judge(c, list, n, criteria);
}

static const Report reports[] = {
    {.name = "board", .label = TEXT("経営層への報告", "Board report"), .help = TEXT("決裁を待つもの、五つの問いへの答え、サービスを脅かすもの、導入の段階", "What waits for a decision, five questions answered, threats to services, stages of adoption"),
     .roles = READERS, .run = board_report},
    {.name = "audit", .label = TEXT("監査のための一覧", "Auditor's view"), .help = TEXT("決定と議事録、基準に反した判断、基準によらない判断、期日を過ぎたもの、証跡", "Decisions and minutes, judgements against or without criteria, what is overdue, proof"),
     .roles = ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_CISO) | ROLE_BIT(ROLE_EXECUTIVE), .run = audit_report},
    {.name = "matrix", .label = TEXT("マトリクスの件数", "The matrix in numbers"), .help = TEXT("影響と起こりやすさの組み合わせごとのリスクの数と、高い順の五十件", "Risks for each pair of impact and likelihood, and the fifty highest"),
     .roles = READERS, .params = placed_params, .params_n = PLACED_PARAMS, .run = placed_report},
    {.name = "priority", .label = TEXT("優先順位", "Priority"), .help = TEXT("レベル、サービスへの影響の順に、理由とともに並べます", "By level, then effect on services, each place with its reason"),
     .roles = READERS, .run = priority_report},
    {.name = "retained", .label = TEXT("保有しているリスクの点検", "Retained risks checked"), .help = TEXT("保有または受容とされたリスクのうち、いまの基準では受容できないもの", "Risks that are kept, though the criteria in force no longer accept them"),
     .roles = READERS, .run = retained_report},
    {.name = "identify", .label = TEXT("特定の作業台", "Identification"), .help = TEXT("一つの資産かサービスについて、考えたものと、まだ考えていない候補を両側から並べます", "For one asset or service: what was thought of, and candidates from either side that were not"),
     .roles = READERS, .params = identify_params, .params_n = IDENTIFY_PARAMS, .run = identify_report},
    {.name = "coverage", .label = TEXT("特定の網羅", "Coverage"), .help = TEXT("資産とサービスごとに、両側から特定したリスクの数。まだないものが先に並びます", "For each asset and service how many risks were found from either side; what has none comes first"),
     .roles = READERS, .params = coverage_params, .params_n = COVERAGE_PARAMS, .run = coverage_report},
    {.name = "calendar", .label = TEXT("見直しの予定", "Calendar of reviews"), .help = TEXT("見直し日と受容の期限。過ぎたものと、これから十二か月のもの", "Review dates and ends of acceptance: overdue, and of the next twelve months"),
     .roles = READERS, .run = calendar_report},
    {.name = "between", .label = TEXT("二つの日を比べる", "Two dates compared"), .help = TEXT("その間に加わったリスク、終わったリスク、レベルや評価が変わったリスクを、誰がいつ変えたかとともに示します", "New and ended risks, and those whose level or evaluation changed, with who changed them and when"),
     .roles = READERS, .params = between_params, .params_n = BETWEEN_PARAMS, .run = between_report},
};

static const Field reopen_input[] = {
    {.name = "step", .kind = KIND_CHOICE, .label = TEXT("どの手順へ戻すか", "Back to which step"), .help = TEXT("この手順からやり直します", "It is gone through again from there"), .flags = REQUIRED, .choices = cycle_steps, .choices_n = CYCLE_STEPS},
    {.name = "why", .kind = KIND_LONG, .label = TEXT("理由", "Why"), .help = TEXT("何が変わったか", "What changed"), .flags = REQUIRED},
    {.name = "trigger", .kind = KIND_REF, .label = TEXT("きっかけの変化", "Trigger"), .help = TEXT("記録があれば", "If there is a record of it"), .target = "trigger"},
};
static const Field resume_input[] = {
    {.name = "result", .kind = KIND_LONG, .label = TEXT("やり直した結果", "Result"), .help = TEXT("変えたこと、変えなかった理由", "What was changed, or why nothing was"), .flags = REQUIRED},
    {.name = "state", .kind = KIND_CHOICE, .label = TEXT("次の状態", "State from now on"), .help = TEXT("やり直した後の状態", "After the step was gone through"), .flags = REQUIRED, .choices = states, .choices_n = COUNT(states)},
};
static const Action actions[] = {
    {.name = "reopen", .label = TEXT("手順を戻す", "Send back"), .help = TEXT("変化があったとき、その手順からやり直します", "After a change the cycle begins again at that step"), .roles = ROLES_EDIT,
     .fields = reopen_input, .fields_n = COUNT(reopen_input), .run = reopen_act},
    {.name = "resume", .label = TEXT("やり直しを終える", "Finish the return"), .help = TEXT("結果を書いて先へ進めます", "Goes on, with the result"), .roles = ROLES_EDIT,
     .fields = resume_input, .fields_n = COUNT(resume_input), .run = resume_act},
};

const Resource risk_resource = {.name = "risk", .path = "risks", .prefix = "R", .label = TEXT("リスク", "Risk"), .label_many = TEXT("リスク", "Risks"),
    .help = TEXT("起こりうる損害", "Losses that may occur"), .fields = fields, .fields_n = COUNT(fields), .actions = actions, .actions_n = COUNT(actions), .reports = reports, .reports_n = COUNT(reports), .read = READERS, .create = ROLES_EDIT,
    .update = ROLES_EDIT, .remove = ROLES_MANAGE, .check = check, .before_save = before_save, .after_load = after_load};
