/* matrix.c -- table look-up and the rules of treatment (guide 5.1.1 to 5.1.4), in the order in which they win. */
#include "matrix/matrix.h"

const struct WhyRow matrix_why_rows[WHYS] = {
    [WHY_UNKNOWN] = {"unknown", TEXT("影響または起こりやすさがまだ分からないため、提案できません。", "Impact or likelihood is not known yet, so nothing is proposed.")},
    [WHY_LAW_LIMIT] = {"law_limit", TEXT("法令、契約または事業規模から見て高すぎるため、回避を提案します。", "Too high in view of law, contract or size: avoid.")},
    [WHY_BOTH_HIGH] = {"both_high", TEXT("影響と起こりやすさがともに高いため、修正（低減）を提案します。", "Impact and likelihood are both high: modify.")},
    [WHY_RARE_SEVERE] = {"rare_severe", TEXT("影響が大きく起こりにくいため、共有を提案します。責任は自組織に残ります。費用対効果だけで退けず、事業継続の観点で考えてください。",
        "High impact and low likelihood: share. Responsibility stays with the organisation. Do not dismiss it on cost and benefit alone; think of continuity.")},
    [WHY_BOTH_LOW] = {"both_low", TEXT("影響と起こりやすさがともに低く、受容基準を満たすため、保有を提案します。変化を監視してください。",
        "Both are low and the criteria accept it: retain, and watch for change.")},
    [WHY_BOTH_LOW_NO_CRITERIA] = {"both_low_no_criteria", TEXT("影響と起こりやすさがともに低いため、保有を提案します。承認された基準がないので、経営層や有識者の判断で確かめてください。",
        "Both are low: retain. There are no approved criteria, so let management or experts confirm.")},
    [WHY_ACCEPTED] = {"accepted", TEXT("判定基準が受容としているため、保有を提案します。変化を監視してください。", "The criteria accept it: retain, and watch for change.")},
    [WHY_NOT_ACCEPTED] = {"not_accepted", TEXT("判定基準が受容していないため、修正（低減）を提案します。", "The criteria do not accept it: modify.")},
    [WHY_RULE] = {"rule", TEXT("判定表では受容ですが、ほかの規則（影響だけ、起こりやすさだけ、積み重なり、期限）が対応を求めるため、修正（低減）を提案します。", "The table accepts it, but another rule (impact, likelihood, accumulation, period) asks for treatment: modify.")},
    [WHY_BETWEEN] = {"between", TEXT("高くも低くもなく、承認された基準もないため、人が判断してください。", "Neither high nor low, and no approved criteria: a person must judge.")},
};

static bool on_scale(const Matrix *m, int64_t impact, int64_t likelihood)
{
    return impact >= 1 && impact <= m->impacts && likelihood >= 1 && likelihood <= m->likelihoods;
}

bool matrix_set(Matrix *m, int64_t impact, int64_t likelihood, int64_t level, bool accepted)
{
    if (!on_scale(m, impact, likelihood) || level < 1 || level > MATRIX_LEVEL_MAX) return false;
    MatrixCell *cell = &m->cell[impact - 1][likelihood - 1];
    if (cell->level) return false;
    *cell = (MatrixCell){(int)level, accepted};
    return true;
}

bool matrix_full(const Matrix *m)
{
    for (int i = 0; i < m->impacts; i++)
        for (int k = 0; k < m->likelihoods; k++)
            if (!m->cell[i][k].level) return false;
    return m->impacts && m->likelihoods;
}

static bool not_lower(const MatrixCell *less, const MatrixCell *more)
{
    return more->level >= less->level && (less->accepted || !more->accepted);
}

bool matrix_monotone(const Matrix *m)
{
    for (int i = 0; i < m->impacts; i++)
        for (int k = 0; k < m->likelihoods; k++) {
            if (i + 1 < m->impacts && !not_lower(&m->cell[i][k], &m->cell[i + 1][k])) return false;
            if (k + 1 < m->likelihoods && !not_lower(&m->cell[i][k], &m->cell[i][k + 1])) return false;
        }
    return true;
}

int matrix_top(const Matrix *m)
{
    int top = 0;
    for (int i = 0; i < m->impacts; i++)
        for (int k = 0; k < m->likelihoods; k++)
            if (m->cell[i][k].level > top) top = m->cell[i][k].level;
    return top;
}

const MatrixCell *matrix_at(const Matrix *m, int64_t impact, int64_t likelihood)
{
    if (!on_scale(m, impact, likelihood)) return NULL;
    const MatrixCell *cell = &m->cell[impact - 1][likelihood - 1];
    return cell->level ? cell : NULL;
}

bool matrix_span(const Matrix *m, int64_t impact_low, int64_t impact_high, int64_t likelihood_low, int64_t likelihood_high, MatrixSpan *out)
{
    if (!on_scale(m, impact_low, likelihood_low) || !on_scale(m, impact_high, likelihood_high)) return false;
    if (impact_low > impact_high || likelihood_low > likelihood_high) return false;
    *out = (MatrixSpan){MATRIX_LEVEL_MAX, 1, true, false};
    for (int64_t i = impact_low; i <= impact_high; i++)
        for (int64_t k = likelihood_low; k <= likelihood_high; k++) {
            const MatrixCell *cell = matrix_at(m, i, k);
            if (!cell) return false;
            if (cell->level < out->low) out->low = cell->level;
            if (cell->level > out->high) out->high = cell->level;
            out->all_accepted = out->all_accepted && cell->accepted;
            out->some_accepted = out->some_accepted || cell->accepted;
        }
    return true;
}

Band matrix_band(int64_t step, int steps)
{
    if (step <= 1 || 3 * step <= steps) return BAND_LOW;
    return 3 * (steps - step) < steps ? BAND_HIGH : BAND_MIDDLE;
}

Learnt matrix_learn(const MatrixPast *past, int64_t impact, int64_t likelihood)
{
    bool accepted = false, treated = false;
    for (int i = 0; i < past->impacts; i++)
        for (int k = 0; k < past->likelihoods; k++) {
            const MatrixVotes *v = &past->cell[i][k];
            accepted = accepted || (v->accept && i >= impact - 1 && k >= likelihood - 1);
            treated = treated || (v->treat && i <= impact - 1 && k <= likelihood - 1);
        }
    if (accepted && treated) return LEARNT_CONTRADICTION;
    return accepted ? LEARNT_ACCEPT : treated ? LEARNT_TREAT : LEARNT_OPEN;
}

Proposal matrix_propose(const MatrixCase *c)
{
    static const Matrix plain = {.impacts = MATRIX_PLAIN, .likelihoods = MATRIX_PLAIN};
    const Matrix *m = c->criteria ? c->criteria : &plain;
    if (c->above_limit) return (Proposal){PROPOSE_AVOID, WHY_LAW_LIMIT};
    if (!on_scale(m, c->impact, c->likelihood)) return (Proposal){PROPOSE_NONE, WHY_UNKNOWN};
    const MatrixCell *cell = matrix_at(m, c->impact, c->likelihood);
    Band impact = matrix_band(c->impact, m->impacts), likelihood = matrix_band(c->likelihood, m->likelihoods);
    bool low = impact == BAND_LOW && likelihood == BAND_LOW;
    if (impact == BAND_HIGH && likelihood == BAND_HIGH) return (Proposal){PROPOSE_MODIFY, WHY_BOTH_HIGH};
    if (impact == BAND_HIGH && likelihood == BAND_LOW) return (Proposal){PROPOSE_SHARE, WHY_RARE_SEVERE};
    if (low && !cell) return (Proposal){PROPOSE_RETAIN, WHY_BOTH_LOW_NO_CRITERIA};
    if (!cell) return (Proposal){PROPOSE_NONE, WHY_BETWEEN};
    if (!cell->accepted) return (Proposal){PROPOSE_MODIFY, WHY_NOT_ACCEPTED};
    return (Proposal){PROPOSE_RETAIN, low ? WHY_BOTH_LOW : WHY_ACCEPTED};
}
