/* shapes.c -- the objects of docs/rules.md, one table each. */
#include "law/shape.h"
#include "rules/rules.h"

#define FORCES "statute ordinance notice guideline plan agreement own"
#define STATUSES "verified official_excerpt secondary seed memory proposed missing"
#define MEASURES "span total_time longest_run peak sufferers below_equipment integral"
#define VERDICTS "met not_met undecided covered not_bound no_version"
#define UNITS "user person household prefecture kw train record item percent s min h day user_min"
#define PERIOD_WORDS "h day week month year"
#define PERIODS "month quarter half_year fiscal_year"
#define CLOCKS "occurred known stopped period_end designated"
#define NUMBER_MAX 1000000000000000 /* 10^15: user-minutes of everybody in a year are fewer */

const char law_fact_types[] = "bool judgement count duration time choice set timeline";
const char law_units[] = UNITS, law_statuses[] = STATUSES, law_measures[] = MEASURES, law_verdicts[] = VERDICTS;

#define WORD(list) {.kind = T_WORD, .words = (list)}
#define REF(what) {.kind = T_ID, .refers = (what)}
#define FACT_OF(types) {.kind = T_ID, .refers = R_FACT, .words = (types)}
#define INT(from, to) {.kind = T_INT, .min = (from), .max = (to)}
#define LIST(type, from, to) {.kind = T_LIST, .of = &(type), .min = (from), .max = (to)}
#define MAP(type, what) {.kind = T_MAP, .of = &(type), .refers = (what), .max = 500}
#define SHAPE(name_, table) {.name = (name_), .keys = (table), .n = COUNT(table)}
#define SIGNED(name_, table, sign_) {.name = (name_), .keys = (table), .n = COUNT(table), .sign = (sign_)}
#define OBJECT(shape_) {.kind = T_OBJECT, .shape = &(shape_)}

static const Type text = {.kind = T_TEXT}, quote = {.kind = T_QUOTE}, plain = {.kind = T_STR}, name = {.kind = T_ID}, day = {.kind = T_DAY}, yes_no = {.kind = T_BOOL}, yes = {.kind = T_TRUE},
    instant = {.kind = T_INSTANT}, null = {.kind = T_NULL}, decimal = {.kind = T_DECIMAL};
static const Type *const day_or_null_list[] = {&day, &null, NULL};
static const Type day_or_null = {.kind = T_EITHER, .either = day_or_null_list};
static const Type force = WORD(FORCES), status = WORD(STATUSES), measure = WORD(MEASURES), verdict = WORD(VERDICTS), unit = WORD(UNITS), period_unit = WORD(PERIOD_WORDS), guide_unit = WORD("min " PERIOD_WORDS), period = WORD(PERIODS),
    clock = WORD(CLOCKS), met_word = WORD("met");
static const Type fact_id = REF(R_FACT), source_id = REF(R_SOURCE), authority_id = REF(R_AUTHORITY), rule_id = REF(R_RULE), form_id = REF(R_FORM), counting_id = REF(R_COUNTING), roll_id = REF(R_ROLL),
    class_id = REF(R_CLASS), calendar_id = REF(R_CALENDAR), operator_code = REF(R_OPERATOR);
static const Type timeline_id = FACT_OF("timeline"), set_id = FACT_OF("set"), count_id = FACT_OF("count"), judgement_id = FACT_OF("judgement");
static const Type names = LIST(name, 1, 64), source_name = {.kind = T_ID, .refers = R_SOURCE};
static const Type number = INT(0, NUMBER_MAX);

/* --- citations --------------------------------------------------------------------------------------------------------- */

static const Type whole = INT(0, 100000);
static const Type *const numeral_list[] = {&plain, &whole, NULL};
static const Type numeral = {.kind = T_EITHER, .either = numeral_list};
static const Key at_keys[] = {{"art", &numeral}, {"par", &numeral}, {"item", &numeral}, {"sub1", &numeral}, {"sub2", &numeral}, {"row", &numeral}, {"proviso", &yes}, {"suppl", &numeral},
    {"recital", &numeral}, {"point", &numeral}, {"sec", &numeral}, {"page", &numeral}, {"figure", &numeral}, {"annex", &numeral}};
static const Shape at_shape = SHAPE("at", at_keys);
static const Type at = OBJECT(at_shape);
static const Key cite_keys[] = {{"src", &source_id, NEEDED}, {"rev", &plain}, {"at", &at}, {"quote", &quote}};
static const Shape cite_shape = SHAPE("cite", cite_keys);
static const Type cite_one = OBJECT(cite_shape);
static const Type cites = LIST(cite_one, 0, 20), cites_some = LIST(cite_one, 1, 20);

/* --- the files beside pack.json ------------------------------------------------------------------------------------------ */

static const Type source_kind = WORD("jp-law eli us-cfr document");
static const Key revision_keys[] = {{"rev", &plain, NEEDED}, {"seen", &text}, {"read_on", &day}};
static const Shape revision_shape = SHAPE("revision", revision_keys);
static const Type revision = OBJECT(revision_shape);
static const Type revisions = LIST(revision, 0, 200);
static const Key source_keys[] = {{"id", &source_name, NEEDED}, {"kind", &source_kind, NEEDED}, {"title", &text, NEEDED}, {"law_id", &plain}, {"eli", &plain}, {"url", &plain}, {"revisions", &revisions}};
static const Shape source_shape = SHAPE("source", source_keys);
static const Type source = OBJECT(source_shape);
static const Type sources = LIST(source, 0, 2000);
static const Key sources_keys[] = {{"sources", &sources, NEEDED}};
static const Shape sources_shape = SHAPE("sources", sources_keys);
const Type sources_file = OBJECT(sources_shape);

static const Key code_keys[] = {{"code", &name, NEEDED}, {"title", &text, NEEDED}, {"from", &day}, {"to", &day}};
static const Shape code_shape = SHAPE("code", code_keys);
static const Type code = OBJECT(code_shape);
static const Type codes = LIST(code, 1, CODES_MAX);
static const Key class_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"codes", &codes, NEEDED}};
static const Shape class_shape = SHAPE("class", class_keys);
static const Type class_one = OBJECT(class_shape);
static const Type classes = LIST(class_one, 0, 500);
static const Key classes_keys[] = {{"classes", &classes, NEEDED}};
static const Shape classes_shape = SHAPE("classes", classes_keys);
const Type classes_file = OBJECT(classes_shape);

static const Type fact_type = WORD(law_fact_types), known_by = WORD("operations planning engineering legal management privacy"), cost = INT(1, 9), lives_in = WORD("incident organisation");
static const Key fact_keys[] = {{"id", &name, NEEDED}, {"type", &fact_type, NEEDED}, {"ask", &text, NEEDED}, {"title", &text}, {"known_by", &known_by}, {"ask_cost", &cost}, {"unit", &unit}, {"class", &class_id},
    {"per", &set_id}, {"lives_in", &lives_in}, {"kinds", &class_id}, {"classes", &set_id}, {"one_accident", &judgement_id}};
static const Shape fact_shape = SHAPE("fact", fact_keys);
static const Type fact = OBJECT(fact_shape);
static const Type facts = LIST(fact, 1, 2000);
static const Key facts_keys[] = {{"facts", &facts, NEEDED}};
static const Shape facts_shape = SHAPE("facts", facts_keys);
const Type facts_file = OBJECT(facts_shape);

static const Key authority_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"source", &plain}};
static const Shape authority_shape = SHAPE("authority", authority_keys);
static const Type authority = OBJECT(authority_shape);
static const Type authorities = LIST(authority, 0, 500);
static const Key authorities_keys[] = {{"authorities", &authorities, NEEDED}};
static const Shape authorities_shape = SHAPE("authorities", authorities_keys);
const Type authorities_file = OBJECT(authorities_shape);

static const Type style = WORD("jp-civil-code"), period_units = LIST(period_unit, 1, 6);
static const Key counting_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"style", &style, NEEDED}, {"cite", &cites, NEEDED}};
static const Shape counting_shape = SHAPE("counting", counting_keys);
static const Type counting_one = OBJECT(counting_shape);
static const Key roll_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"calendar", &calendar_id, NEEDED}, {"applies_to", &period_units, NEEDED}, {"cite", &cites, NEEDED}};
static const Shape roll_shape = SHAPE("roll", roll_keys);
static const Type roll_one = OBJECT(roll_shape);
static const Type countings = LIST(counting_one, 0, 20), rolls = LIST(roll_one, 0, 20);
static const Key countings_keys[] = {{"counting", &countings, NEEDED}, {"rolls", &rolls}};
static const Shape countings_shape = SHAPE("countings", countings_keys);
const Type counting_file = OBJECT(countings_shape);

/* --- values of facts ------------------------------------------------------------------------------------------------------ */

static const Type unknown_word = WORD("not_asked cannot_know future pack");
static const Key unknown_keys[] = {{"unknown", &unknown_word, NEEDED}};
static const Shape unknown_shape = SIGNED("unknown", unknown_keys, "unknown");
static const Shape *const only_unknown_list[] = {&unknown_shape, NULL};
static const Type only_unknown = {.kind = T_UNION, .shapes = only_unknown_list};

static const Key exactly_keys[] = {{"n", &number, NEEDED}, {"unit", &unit}, {"estimate", &yes_no}};
static const Key range_keys[] = {{"lo", &number}, {"hi", &number}, {"unit", &unit}, {"estimate", &yes_no}};
static const Shape exactly_shape = SIGNED("exactly", exactly_keys, "n"), range_shape = SIGNED("range", range_keys, "lo hi");
static const Shape *const amount_of_class_list[] = {&exactly_shape, &range_shape, &unknown_shape, NULL};
static const Type count_value = {.kind = T_UNION, .shapes = amount_of_class_list};
static const Type by_class = MAP(count_value, R_NONE);
static const Key by_keys[] = {{"by", &by_class, NEEDED}};
static const Shape by_shape = SIGNED("by", by_keys, "by");
static const Shape *const count_list[] = {&exactly_shape, &range_shape, &by_shape, &unknown_shape, NULL};

static const Key between_keys[] = {{"earliest", &instant, NEEDED}, {"latest", &instant, NEEDED}};
static const Shape between_shape = SIGNED("between", between_keys, "earliest latest");
static const Shape *const between_list[] = {&between_shape, &unknown_shape, NULL};
static const Type between = {.kind = T_UNION, .shapes = between_list};
static const Type *const time_list[] = {&instant, &between, NULL};
static const Type time_value = {.kind = T_EITHER, .either = time_list};

static const Key one_of_keys[] = {{"one_of", &names, NEEDED}};
static const Shape one_of_shape = SIGNED("one_of", one_of_keys, "one_of");
static const Shape *const one_of_list[] = {&one_of_shape, &unknown_shape, NULL};
static const Type one_of = {.kind = T_UNION, .shapes = one_of_list};
static const Type *const choice_list[] = {&name, &one_of, NULL};

static const Type names_or_none = LIST(name, 0, 64);
static const Key sure_keys[] = {{"sure", &names_or_none, NEEDED}, {"possible", &names_or_none}};
static const Shape sure_shape = SIGNED("sure", sure_keys, "sure possible");
static const Shape *const sure_list[] = {&sure_shape, &unknown_shape, NULL};
static const Type sure = {.kind = T_UNION, .shapes = sure_list};
static const Type *const set_list[] = {&names_or_none, &sure, NULL};

static const Type open_or_instant = {.kind = T_INSTANT, .words = "open"};
static const Type *const end_list[] = {&open_or_instant, &between, NULL};
static const Type end_value = {.kind = T_EITHER, .either = end_list};
static const Key segment_keys[] = {{"from", &time_value, NEEDED}, {"to", &end_value, NEEDED}, {"kind", &name, NEEDED}, {"class", &name}, {"area", &name}, {"group", &plain}, {"value", &count_value}, {"planned_end", &instant}};
static const Shape segment_shape = SHAPE("segment", segment_keys);
static const Type segment = OBJECT(segment_shape);
static const Type segments = LIST(segment, 0, TIMELINE_MAX);
static const Type *const timeline_list[] = {&segments, &only_unknown, NULL};
static const Type *const bool_list[] = {&yes_no, &only_unknown, NULL};

const Type law_value_types[] = { /* as law_fact_types */
    {.kind = T_EITHER, .either = bool_list},
    {.kind = T_EITHER, .either = bool_list},
    {.kind = T_UNION, .shapes = count_list},
    {.kind = T_UNION, .shapes = count_list},
    {.kind = T_EITHER, .either = time_list},
    {.kind = T_EITHER, .either = choice_list},
    {.kind = T_EITHER, .either = set_list},
    {.kind = T_EITHER, .either = timeline_list},
};

/* --- amounts ------------------------------------------------------------------------------------------------------------------ */

static const Type amount;
static const Type amounts = LIST(amount, 2, 8);
static const Key amount_n_keys[] = {{"n", &number, NEEDED}, {"unit", &unit, NEEDED}};
static const Type percent = WORD("percent");
static const Key amount_share_keys[] = {{"share", &decimal, NEEDED}, {"unit", &percent, NEEDED}, {"of", &count_id, NEEDED}};
static const Key amount_smaller_keys[] = {{"smaller_of", &amounts, NEEDED}}, amount_larger_keys[] = {{"larger_of", &amounts, NEEDED}};
static const Shape amount_n = SIGNED("amount_n", amount_n_keys, "n"), amount_share = SIGNED("amount_share", amount_share_keys, "share"),
    amount_smaller = SIGNED("amount_smaller", amount_smaller_keys, "smaller_of"), amount_larger = SIGNED("amount_larger", amount_larger_keys, "larger_of");
static const Shape *const amount_list[] = {&amount_n, &amount_share, &amount_smaller, &amount_larger, NULL};
static const Type amount = {.kind = T_UNION, .shapes = amount_list};

#define OPERATORS {"at_least", &amount, ONE_OF}, {"more_than", &amount, ONE_OF}, {"at_most", &amount, ONE_OF}, {"less_than", &amount, ONE_OF}
static const Key needs_keys[] = {OPERATORS};
static const Shape needs_shape = SHAPE("needs", needs_keys);
static const Type needs = OBJECT(needs_shape);
static const Key with_keys[] = {{"at_least", &amount, ONE_OF}, {"more_than", &amount, ONE_OF}};
static const Shape with_shape = SHAPE("with", with_keys);
static const Type with = OBJECT(with_shape);

/* --- conditions --------------------------------------------------------------------------------------------------------------- */

static const Type condition;
static const Type conditions = LIST(condition, 1, 64);
#define SHOWN {"id", &name}, {"words", &text}, {"say", &text}, {"cite", &cites}

static const Key all_keys[] = {{"all", &conditions, NEEDED}, SHOWN}, any_keys[] = {{"any", &conditions, NEEDED}, SHOWN}, none_keys[] = {{"none", &conditions, NEEDED}, SHOWN};
static const Type two_or_more = INT(1, 64);
static const Key n_of_keys[] = {{"n", &two_or_more, NEEDED}, {"of", &conditions, NEEDED}};
static const Shape n_of_shape = SHAPE("n_of", n_of_keys);
static const Type n_of = OBJECT(n_of_shape);
static const Key at_least_of_keys[] = {{"at_least_of", &n_of, NEEDED}, SHOWN};
static const Key if_fact_keys[] = {{"fact", &fact_id, NEEDED}, {"is", &yes_no, ONE_OF}, {"in", &names, ONE_OF}, {"includes_any", &names, ONE_OF}, {"includes_all", &names, ONE_OF}, OPERATORS,
    {"on_or_after", &day, ONE_OF}, {"on_or_before", &day, ONE_OF}, {"class", &name}, SHOWN};
static const Key if_judgement_keys[] = {{"judgement", &judgement_id, NEEDED}, {"is", &yes_no, NEEDED}, SHOWN};
static const Type precision = WORD("minute");
static const Key if_measure_keys[] = {{"measure", &measure, NEEDED}, {"of", &timeline_id, NEEDED}, {"kind", &names, NEEDED}, {"class", &name}, {"area", &names}, {"precision", &precision}, {"with", &with}, OPERATORS, SHOWN};

static const Key column_keys[] = {{"measure", &measure, NEEDED}, {"of", &timeline_id, NEEDED}, {"kind", &names, NEEDED}, {"precision", &precision}};
static const Shape column_shape = SHAPE("column", column_keys);
static const Type column = OBJECT(column_shape);
static const Type columns = MAP(column, R_NONE), row_measures = MAP(measure, R_NONE);
static const Key row_keys[] = {{"id", &name, NEEDED}, {"class", &name, NEEDED}, {"measure", &row_measures}, {"words", &text, NEEDED}, {"say", &text}, {"cite", &cites}};
static const Shape row_shape = {.name = "row", .keys = row_keys, .n = COUNT(row_keys), .rest = &needs};
static const Type row = OBJECT(row_shape);
static const Type rows = LIST(row, 1, 64);
static const Key table_keys[] = {{"each", &set_id, NEEDED}, {"columns", &columns, NEEDED}, {"rows", &rows, NEEDED}};
static const Shape table_shape = SHAPE("table", table_keys);
static const Type table = OBJECT(table_shape);
static const Key if_table_keys[] = {{"table", &table, NEEDED}, SHOWN};
static const Key if_rule_keys[] = {{"rule", &rule_id, NEEDED}, {"is", &met_word, NEEDED}, SHOWN};
static const Key if_same_keys[] = {{"same", &name, NEEDED}, SHOWN};
static const Type pack_word = WORD("pack");
static const Key if_unknown_keys[] = {{"unknown", &pack_word, NEEDED}, SHOWN};

static const Shape if_all = SIGNED("all", all_keys, "all"), if_any = SIGNED("any", any_keys, "any"), if_none = SIGNED("none", none_keys, "none"),
    if_at_least_of = SIGNED("at_least_of", at_least_of_keys, "at_least_of"), if_fact = SIGNED("if_fact", if_fact_keys, "fact"),
    if_judgement = SIGNED("if_judgement", if_judgement_keys, "judgement"), if_measure = SIGNED("if_measure", if_measure_keys, "measure"),
    if_table = SIGNED("if_table", if_table_keys, "table"), if_rule = SIGNED("if_rule", if_rule_keys, "rule"), if_same = SIGNED("if_same", if_same_keys, "same"),
    if_unknown = SIGNED("if_unknown", if_unknown_keys, "unknown");
static const Shape *const condition_list[] = {&if_all, &if_any, &if_none, &if_at_least_of, &if_fact, &if_judgement, &if_measure, &if_table, &if_rule, &if_same, &if_unknown, NULL};
static const Type condition = {.kind = T_UNION, .shapes = condition_list};

/* --- rules ------------------------------------------------------------------------------------------------------------------------ */

static const Type few = INT(1, 10000);
static const Key period_keys[] = {{"n", &few, NEEDED}, {"unit", &period_unit, NEEDED}};
static const Shape period_shape = SHAPE("period", period_keys);
static const Type within = OBJECT(period_shape);
static const Key report_keys[] = {{"per", &period, NEEDED}, {"within", &within, NEEDED}};
static const Shape report_shape = SHAPE("report", report_keys);
static const Type report = OBJECT(report_shape);
static const Key transition_keys[] = {{"words", &text, NEEDED}, {"cite", &cites}};
static const Shape transition_shape = SHAPE("transition", transition_keys);
static const Type transition = OBJECT(transition_shape);
static const Key check_keys[] = {{"status", &status, NEEDED}, {"on", &day}, {"again_by", &day}, {"how", &plain}};
static const Shape check_shape = SHAPE("check", check_keys);
static const Type check = OBJECT(check_shape);
static const Key exception_keys[] = {{"id", &name, NEEDED}, {"when", &condition, NEEDED}, {"words", &text}, {"cite", &cites_some, NEEDED}};
static const Shape exception_shape = SHAPE("exception", exception_keys);
static const Type exception = OBJECT(exception_shape);
static const Type exceptions = LIST(exception, 0, 32);
static const Key yields_keys[] = {{"rule", &rule_id, NEEDED}, {"words", &text}};
static const Shape yields_shape = SHAPE("yields", yields_keys);
static const Type yields = OBJECT(yields_shape);
static const Type yields_to = LIST(yields, 0, 32);
static const Key read_keys[] = {{"measure", &measure, NEEDED}, {"with", &name}};
static const Shape read_shape = SHAPE("read", read_keys);
static const Type read_one = OBJECT(read_shape);
static const Type read_set = MAP(read_one, R_NONE);
static const Key reading_keys[] = {{"id", &name, NEEDED}, {"default", &yes}, {"words", &text, NEEDED}, {"status", &status, NEEDED}, {"source", &plain}, {"set", &read_set}};
static const Shape reading_shape = SHAPE("reading", reading_keys);
static const Type reading = OBJECT(reading_shape);
static const Type readings = LIST(reading, 0, READINGS_MAX);
static const Key gap_keys[] = {{"id", &name, NEEDED}, {"words", &text, NEEDED}, {"status", &status, NEEDED}, {"when", &condition, NEEDED}};
static const Shape gap_shape = SHAPE("gap", gap_keys);
static const Type gap = OBJECT(gap_shape);
static const Type gaps = LIST(gap, 0, 32);
static const Key unread_keys[] = {{"from", &day, NEEDED}, {"words", &text, NEEDED}};
static const Shape unread_shape = SHAPE("unread", unread_keys);
static const Type unread_one = OBJECT(unread_shape);
static const Type unread = LIST(unread_one, 0, 32);

static const Type value = {.kind = T_VALUE};
static const Type given = MAP(value, R_FACT), changes = MAP(value, R_NONE);
static const Type fact_ids = LIST(fact_id, 1, 32);
static const Type deciding = LIST(fact_ids, 1, 64);
static const Key turns_keys[] = {{"to", &verdict, NEEDED}, {"at", &instant, NEEDED}};
static const Shape turns_shape = SHAPE("turns", turns_keys);
static const Type turns = OBJECT(turns_shape);
static const Type due = MAP(day, R_NONE);
#define EXPECTS {"as_of", &instant}, {"expect", &verdict, NEEDED}, {"because", &names}, {"deciding", &deciding}, {"turns", &turns}, {"due", &due}, {"sensitive", &yes_no}
static const Key also_keys[] = {{"name", &text}, {"change", &changes, NEEDED}, EXPECTS};
static const Shape also_shape = SHAPE("also", also_keys);
static const Type also_one = OBJECT(also_shape);
static const Type also = LIST(also_one, 0, 64);
static const Key example_keys[] = {{"name", &text}, {"facts", &given, NEEDED}, EXPECTS, {"also", &also}};
static const Shape example_shape = SHAPE("example", example_keys);
static const Type example = OBJECT(example_shape);
static const Type examples = LIST(example, 0, 200);

static const Type rule_clock = WORD("occurred known report_due period_end designated"), operators = LIST(operator_code, 1, 64);
#define DATED {"v", &name, NEEDED}, {"first_day", &day_or_null, NEEDED}, {"last_day", &day_or_null, NEEDED}, {"chosen_by", &rule_clock, NEEDED}, {"report", &report}, {"transition", &transition}, \
    {"check", &check, NEEDED}, {"cite", &cites, NEEDED}, {"unread", &unread}, {"shown_as", &text}
static const Key version_keys[] = {DATED, {"bound", &operators, NEEDED}, {"condition", &condition, NEEDED}, {"except", &exceptions}, {"yields_to", &yields_to}, {"readings", &readings}, {"gaps", &gaps}, {"examples", &examples}};
static const Shape version_shape = SHAPE("version", version_keys);
static const Type version = OBJECT(version_shape);
static const Type versions = LIST(version, 1, VERSIONS_MAX);
static const Key rule_keys[] = {{"id", &name, NEEDED}, {"force", &force, NEEDED}, {"title", &text, NEEDED}, {"draft_of", &rule_id}, {"tightens", &rule_id}, {"versions", &versions, NEEDED}};
static const Shape rule_shape = SHAPE("rule", rule_keys);

/* --- duties ------------------------------------------------------------------------------------------------------------------------- */

static const Type submitted = WORD("submitted");
static const Key after_duty_keys[] = {{"duty", &name, NEEDED}, {"event", &submitted, NEEDED}};
static const Key earliest_keys[] = {{"event", &clock, NEEDED}, {"within", &within, NEEDED}};
static const Shape earliest_shape = SHAPE("earliest", earliest_keys);
static const Type earliest = OBJECT(earliest_shape);
static const Type earliest_list = LIST(earliest, 2, 8);
static const Key earliest_of_keys[] = {{"earliest_of", &earliest_list, NEEDED}};
static const Shape after_duty = SIGNED("after_duty", after_duty_keys, "duty"), earliest_of = SIGNED("earliest_of", earliest_of_keys, "earliest_of");
static const Shape *const from_shapes[] = {&after_duty, &earliest_of, NULL};
static const Type from_object = {.kind = T_UNION, .shapes = from_shapes};
static const Type *const from_list[] = {&clock, &from_object, NULL};
static const Type from = {.kind = T_EITHER, .either = from_list};
static const Key promptly_keys[] = {{"words", &text, NEEDED}};
static const Shape promptly_shape = SHAPE("promptly", promptly_keys);
static const Type promptly = OBJECT(promptly_shape);
static const Key penalty_keys[] = {{"words", &text, NEEDED}, {"cite", &cites_some, NEEDED}};
static const Shape penalty_shape = SHAPE("penalty", penalty_keys);
static const Type penalty = OBJECT(penalty_shape);
static const Key guide_within_keys[] = {{"n", &few, NEEDED}, {"unit", &guide_unit, NEEDED}};
static const Shape guide_within_shape = SHAPE("guide_within", guide_within_keys);
static const Type guide_within = OBJECT(guide_within_shape);
static const Key guide_keys[] = {{"within", &guide_within, NEEDED}, {"words", &text, NEEDED}, {"force", &force, NEEDED}, {"source", &plain, NEEDED}};
static const Shape guide_shape = SHAPE("guide", guide_keys);
static const Type guide = OBJECT(guide_shape);
static const Key content_keys[] = {{"ja", &plain, NEEDED}, {"en", &plain, NEEDED}, {"fills", &plain}};
static const Shape content_shape = SHAPE("content", content_keys);
static const Type content = OBJECT(content_shape);
static const Type to = LIST(authority_id, 1, 16), contents = LIST(content, 1, 64), month_day = INT(1, 31);
static const Key set_keys[] = {{"within", &within}, {"from", &from}, {"form", &form_id}, {"to", &to}, {"promptly", &promptly}};
static const Shape set_shape = SHAPE("set", set_keys);
static const Type variant_set = OBJECT(set_shape);
static const Key variant_keys[] = {{"id", &name, NEEDED}, {"when", &condition, NEEDED}, {"set", &variant_set, NEEDED}, {"optional", &yes}, {"words", &text}, {"cite", &cites_some, NEEDED}};
static const Shape variant_shape = SHAPE("variant", variant_keys);
static const Type variant = OBJECT(variant_shape);
static const Type variants = LIST(variant, 0, 16);
static const Type duty_kind = WORD("first interim detail final return notice filing"), means = WORD("any telephone electronic paper");
static const Key duty_keys[] = {{"id", &name, NEEDED}, {"kind", &duty_kind, NEEDED}, {"title", &text, NEEDED}, {"to", &to, NEEDED}, {"when", &condition}, {"promptly", &promptly}, {"within", &within}, {"from", &from},
    {"per", &period}, {"on_day", &month_day}, {"count", &counting_id}, {"roll", &roll_id}, {"form", &form_id}, {"contents", &contents}, {"means", &means}, {"words", &text}, {"cite", &cites_some, NEEDED},
    {"penalty", &penalty}, {"guide", &guide}, {"variants", &variants}};
static const Shape duty_shape = SHAPE("duty", duty_keys);
static const Type duty = OBJECT(duty_shape);
static const Type duty_list = LIST(duty, 1, 32);
static const Type shown = LIST(text, 1, 16), count_of = INT(0, 64);
static const Key expected_keys[] = {{"to", &to, NEEDED}, {"promptly", &yes}, {"due", &day}, {"due_at", &instant}, {"waits_for", &name}, {"open", &yes}, {"within", &within}, {"form", &form_id}, {"contents", &count_of},
    {"variant", &name}, {"guide", &guide_within}, {"shown", &shown}, {"deciding", &deciding}};
static const Shape expected_shape = SHAPE("expected_duty", expected_keys);
static const Type expected_one = OBJECT(expected_shape);
static const Type expected = MAP(expected_one, R_NONE);
static const Key duty_also_keys[] = {{"name", &text}, {"change", &changes, NEEDED}, {"as_of", &instant}, {"expect", &expected, NEEDED}};
static const Shape duty_also_shape = SHAPE("duty_also", duty_also_keys);
static const Type duty_also_one = OBJECT(duty_also_shape);
static const Type duty_also = LIST(duty_also_one, 0, 64);
static const Key duty_example_keys[] = {{"name", &text}, {"facts", &given, NEEDED}, {"as_of", &instant}, {"expect", &expected, NEEDED}, {"also", &duty_also}};
static const Shape duty_example_shape = SHAPE("duty_example", duty_example_keys);
static const Type duty_example = OBJECT(duty_example_shape);
static const Type duty_examples = LIST(duty_example, 0, 200);
static const Key duties_version_keys[] = {DATED, {"duties", &duty_list, NEEDED}, {"examples", &duty_examples}};
static const Shape duties_version_shape = SHAPE("duties_version", duties_version_keys);
static const Type duties_version = OBJECT(duties_version_shape);
static const Type duties_versions = LIST(duties_version, 1, VERSIONS_MAX);
static const Key after_keys[] = {{"rule", &rule_id, NEEDED}, {"is", &met_word, NEEDED}};
static const Shape after_shape = SHAPE("after", after_keys);
static const Type after = OBJECT(after_shape);
static const Key duties_keys[] = {{"id", &name, NEEDED}, {"force", &force, NEEDED}, {"title", &text, NEEDED}, {"after", &after, NEEDED}, {"versions", &duties_versions, NEEDED}};
static const Shape duties_shape = SHAPE("duties", duties_keys);

/* --- forms ------------------------------------------------------------------------------------------------------------------------------ */

static const Key form_item_keys[] = {{"ja", &plain, NEEDED}, {"en", &plain, NEEDED}, {"fills", &plain}, {"status", &status}};
static const Shape form_item_shape = SHAPE("form_item", form_item_keys);
static const Type form_item = OBJECT(form_item_shape);
static const Type form_items = LIST(form_item, 1, 64), form_of = WORD("contents");
static const Key section_keys[] = {{"title", &text, NEEDED}, {"items", &form_items, ONE_OF}, {"of", &form_of, ONE_OF}};
static const Shape section_shape = SHAPE("section", section_keys);
static const Type section = OBJECT(section_shape);
static const Type sections = LIST(section, 1, 16), duty_kinds = LIST(duty_kind, 1, 7);
static const Key serves_keys[] = {{"rule", &rule_id, NEEDED}, {"kinds", &duty_kinds}};
static const Shape serves_shape = SHAPE("serves", serves_keys);
static const Type serves = OBJECT(serves_shape);
static const Type serves_list = LIST(serves, 1, 64);
static const Key form_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"force", &force, NEEDED}, {"first_day", &day_or_null, NEEDED}, {"last_day", &day_or_null, NEEDED}, {"check", &check, NEEDED}, {"cite", &cites, NEEDED},
    {"lacks", &text}, {"serves", &serves_list, NEEDED}, {"sections", &sections, NEEDED}};
static const Shape form_shape = SHAPE("form", form_keys);

/* --- wordings of notices ------------------------------------------------------------------------------------------------------------------- */

static const Type stage = WORD("first update restored closing"), audience = WORD("public partner agent mvno emergency government"), guide_from = WORD("onset last_notice");
static const Type audiences = LIST(audience, 1, 6);
static const Type notice_unit = WORD("min h day"); /* what a clock shows; longer ones have no place in an outage */
static const Key notice_within_keys[] = {{"n", &few, NEEDED}, {"unit", &notice_unit, NEEDED}};
static const Shape notice_within_shape = SHAPE("notice_within", notice_within_keys);
static const Type notice_within = OBJECT(notice_within_shape);
static const Key notice_guide_keys[] = {{"within", &notice_within, NEEDED}, {"from", &guide_from, NEEDED}, {"of_whom", &fact_id}, {"words", &text, NEEDED}, {"force", &force, NEEDED}, {"check", &check, NEEDED}, {"source", &source_id, NEEDED}};
static const Shape notice_guide_shape = SHAPE("notice_guide", notice_guide_keys);
static const Type notice_guide = OBJECT(notice_guide_shape);
static const Key notice_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"stage", &stage, NEEDED}, {"audiences", &audiences, NEEDED}, {"force", &force, NEEDED}, {"first_day", &day_or_null, NEEDED}, {"last_day", &day_or_null, NEEDED},
    {"check", &check, NEEDED}, {"heading", &text, NEEDED}, {"text", &text, NEEDED}, {"guide", &notice_guide}};
static const Shape notice_shape = SHAPE("notice", notice_keys);

/* --- what is laid over a pack -------------------------------------------------------------------------------------------------------- */

static const Type duties_id = REF(R_DUTIES), target_unit = WORD("min h");
static const Key target_within_keys[] = {{"n", &few, NEEDED}, {"unit", &target_unit, NEEDED}};
static const Shape target_within_shape = SHAPE("target_within", target_within_keys);
static const Type target_within = OBJECT(target_within_shape);
static const Key target_keys[] = {{"duties", &duties_id, NEEDED}, {"duty", &name, NEEDED}, {"within", &target_within, NEEDED}, {"words", &text}};
static const Shape target_shape = SHAPE("target", target_keys);
static const Type target = OBJECT(target_shape);
static const Type targets = LIST(target, 0, 200);
static const Key choice_keys[] = {{"rule", &rule_id, NEEDED}, {"reading", &name, NEEDED}, {"words", &text}};
static const Shape choice_shape = SHAPE("choice", choice_keys);
static const Type choice = OBJECT(choice_shape);
static const Type choices = LIST(choice, 0, 200);
static const Key overlay_keys[] = {{"readings", &choices}, {"targets", &targets}};
static const Shape overlay_shape = SHAPE("overlay", overlay_keys);
const Type overlay_file = OBJECT(overlay_shape);

/* --- the corpus ------------------------------------------------------------------------------------------------------------------------ */

static const Type verdicts = MAP(verdict, R_RULE);
static const Key incident_keys[] = {{"id", &name, NEEDED}, {"title", &text, NEEDED}, {"story", &text, NEEDED}, {"date", &day, NEEDED}, {"facts", &given, NEEDED}, {"as_of", &instant, NEEDED}, {"expect", &verdicts, NEEDED}};
static const Shape incident_shape = SHAPE("incident", incident_keys);

const Type law_file_types[LAW_KINDS] = {[LAW_RULE] = OBJECT(rule_shape), [LAW_LEVEL] = OBJECT(rule_shape), [LAW_WATCH] = OBJECT(rule_shape), [LAW_DUTIES] = OBJECT(duties_shape), [LAW_FORM] = OBJECT(form_shape), [LAW_NOTICE] = OBJECT(notice_shape), [LAW_INCIDENT] = OBJECT(incident_shape)};
