/*
 * vec.h -- eight doubles or eight 64-bit words at once: one AVX-512 register, two of AVX2, or plain C. Only operations whose result IEEE 754 fixes to the last bit
 * (fused where it says so), so that a kernel written with them gives the same bits in every flavour. Included by kernel.c alone.
 */
#ifndef KANAME_LOSSES_VEC_H
#define KANAME_LOSSES_VEC_H

#include <stdint.h>
#include <string.h>

#define VEC static inline __attribute__((always_inline))

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
typedef __m512d F8;
typedef __m512i U8;
typedef __mmask8 M8;
VEC F8 f_all(double x) { return _mm512_set1_pd(x); }
VEC F8 f_load(const double *p) { return _mm512_loadu_pd(p); }
VEC void f_store(double *p, F8 a) { _mm512_storeu_pd(p, a); }
VEC F8 f_add(F8 a, F8 b) { return _mm512_add_pd(a, b); }
VEC F8 f_sub(F8 a, F8 b) { return _mm512_sub_pd(a, b); }
VEC F8 f_mul(F8 a, F8 b) { return _mm512_mul_pd(a, b); }
VEC F8 f_div(F8 a, F8 b) { return _mm512_div_pd(a, b); }
VEC F8 f_fma(F8 a, F8 b, F8 c) { return _mm512_fmadd_pd(a, b, c); }
VEC F8 f_sqrt(F8 a) { return _mm512_sqrt_pd(a); }
VEC F8 f_least(F8 a, F8 b) { return _mm512_min_pd(a, b); }
VEC F8 f_most(F8 a, F8 b) { return _mm512_max_pd(a, b); }
VEC F8 f_where(M8 m, F8 a) { return _mm512_maskz_mov_pd(m, a); }
VEC F8 f_pick(const double *table, U8 at) { return _mm512_i64gather_pd(at, table, 8); }
VEC U8 f_bits(F8 a) { return _mm512_castpd_si512(a); }
VEC F8 f_of(U8 a) { return _mm512_castsi512_pd(a); }
VEC U8 u_all(uint64_t x) { return _mm512_set1_epi64((long long)x); }
VEC U8 u_load(const uint64_t *p) { return _mm512_loadu_si512(p); }
VEC void u_store(uint64_t *p, U8 a) { _mm512_storeu_si512(p, a); }
VEC U8 u_add(U8 a, U8 b) { return _mm512_add_epi64(a, b); }
VEC U8 u_sub(U8 a, U8 b) { return _mm512_sub_epi64(a, b); }
VEC U8 u_and(U8 a, U8 b) { return _mm512_and_si512(a, b); }
VEC U8 u_or(U8 a, U8 b) { return _mm512_or_si512(a, b); }
VEC U8 u_xor(U8 a, U8 b) { return _mm512_xor_si512(a, b); }
VEC U8 u_xor3(U8 a, U8 b, U8 c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
VEC U8 u_times(U8 a, U8 b) { return _mm512_mul_epu32(a, b); }
#define u_left(a, n) _mm512_slli_epi64((a), (n))
#define u_right(a, n) _mm512_srli_epi64((a), (n))
VEC void pair_add(double *to, __m128d x) { _mm_storeu_pd(to, _mm_add_pd(_mm_loadu_pd(to), x)); }
/* (a, b) of each lane in its turn to to[at]. */
VEC void f_add_pairs(F8 a, F8 b, const uint64_t *at, double (*to)[2])
{
    F8 even = _mm512_unpacklo_pd(a, b), odd = _mm512_unpackhi_pd(a, b);
    pair_add(to[at[0]], _mm512_castpd512_pd128(even)), pair_add(to[at[1]], _mm512_castpd512_pd128(odd));
    pair_add(to[at[2]], _mm512_extractf64x2_pd(even, 1)), pair_add(to[at[3]], _mm512_extractf64x2_pd(odd, 1));
    pair_add(to[at[4]], _mm512_extractf64x2_pd(even, 2)), pair_add(to[at[5]], _mm512_extractf64x2_pd(odd, 2));
    pair_add(to[at[6]], _mm512_extractf64x2_pd(even, 3)), pair_add(to[at[7]], _mm512_extractf64x2_pd(odd, 3));
}
VEC M8 u_less(U8 a, U8 b) { return _mm512_cmplt_epi64_mask(a, b); }
VEC M8 u_same(U8 a, U8 b) { return _mm512_cmpeq_epi64_mask(a, b); }
VEC M8 f_reaches(F8 a, F8 b) { return _mm512_cmp_pd_mask(a, b, _CMP_GE_OQ); }
VEC unsigned m_bits(M8 m) { return m; }

#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
typedef struct F8 { __m256d a, b; } F8;
typedef struct U8 { __m256i a, b; } U8;
typedef U8 M8; /* all bits of a lane, or none */
#define F_BOTH(name, of) VEC F8 name(F8 x, F8 y) { return (F8){of(x.a, y.a), of(x.b, y.b)}; }
#define U_BOTH(name, of) VEC U8 name(U8 x, U8 y) { return (U8){of(x.a, y.a), of(x.b, y.b)}; }
VEC F8 f_all(double x) { return (F8){_mm256_set1_pd(x), _mm256_set1_pd(x)}; }
VEC F8 f_load(const double *p) { return (F8){_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}; }
VEC void f_store(double *p, F8 x) { _mm256_storeu_pd(p, x.a), _mm256_storeu_pd(p + 4, x.b); }
F_BOTH(f_add, _mm256_add_pd)
F_BOTH(f_sub, _mm256_sub_pd)
F_BOTH(f_mul, _mm256_mul_pd)
F_BOTH(f_div, _mm256_div_pd)
F_BOTH(f_least, _mm256_min_pd)
F_BOTH(f_most, _mm256_max_pd)
VEC F8 f_fma(F8 x, F8 y, F8 z) { return (F8){_mm256_fmadd_pd(x.a, y.a, z.a), _mm256_fmadd_pd(x.b, y.b, z.b)}; }
VEC F8 f_sqrt(F8 x) { return (F8){_mm256_sqrt_pd(x.a), _mm256_sqrt_pd(x.b)}; }
VEC F8 f_where(M8 m, F8 x) { return (F8){_mm256_and_pd(_mm256_castsi256_pd(m.a), x.a), _mm256_and_pd(_mm256_castsi256_pd(m.b), x.b)}; }
VEC F8 f_pick(const double *t, U8 at) { return (F8){_mm256_i64gather_pd(t, at.a, 8), _mm256_i64gather_pd(t, at.b, 8)}; }
VEC U8 f_bits(F8 x) { return (U8){_mm256_castpd_si256(x.a), _mm256_castpd_si256(x.b)}; }
VEC F8 f_of(U8 x) { return (F8){_mm256_castsi256_pd(x.a), _mm256_castsi256_pd(x.b)}; }
VEC U8 u_all(uint64_t x) { return (U8){_mm256_set1_epi64x((long long)x), _mm256_set1_epi64x((long long)x)}; }
VEC U8 u_load(const uint64_t *p) { return (U8){_mm256_loadu_si256((const void *)p), _mm256_loadu_si256((const void *)(p + 4))}; }
VEC void u_store(uint64_t *p, U8 x) { _mm256_storeu_si256((void *)p, x.a), _mm256_storeu_si256((void *)(p + 4), x.b); }
U_BOTH(u_add, _mm256_add_epi64)
U_BOTH(u_sub, _mm256_sub_epi64)
U_BOTH(u_and, _mm256_and_si256)
U_BOTH(u_or, _mm256_or_si256)
U_BOTH(u_xor, _mm256_xor_si256)
U_BOTH(u_times, _mm256_mul_epu32)
U_BOTH(u_same, _mm256_cmpeq_epi64)
VEC U8 u_xor3(U8 x, U8 y, U8 z) { return u_xor(u_xor(x, y), z); }
#define u_left(x, n) ((U8){_mm256_slli_epi64((x).a, (n)), _mm256_slli_epi64((x).b, (n))})
#define u_right(x, n) ((U8){_mm256_srli_epi64((x).a, (n)), _mm256_srli_epi64((x).b, (n))})
VEC void pair_add(double *to, __m128d x) { _mm_storeu_pd(to, _mm_add_pd(_mm_loadu_pd(to), x)); }
VEC void four_add(__m256d a, __m256d b, const uint64_t *at, double (*to)[2])
{
    __m256d even = _mm256_unpacklo_pd(a, b), odd = _mm256_unpackhi_pd(a, b);
    pair_add(to[at[0]], _mm256_castpd256_pd128(even)), pair_add(to[at[1]], _mm256_castpd256_pd128(odd));
    pair_add(to[at[2]], _mm256_extractf128_pd(even, 1)), pair_add(to[at[3]], _mm256_extractf128_pd(odd, 1));
}
/* (a, b) of each lane in its turn to to[at]. */
VEC void f_add_pairs(F8 x, F8 y, const uint64_t *at, double (*to)[2]) { four_add(x.a, y.a, at, to), four_add(x.b, y.b, at + 4, to); }
VEC M8 u_less(U8 x, U8 y) { return (M8){_mm256_cmpgt_epi64(y.a, x.a), _mm256_cmpgt_epi64(y.b, x.b)}; }
VEC M8 f_reaches(F8 x, F8 y) { return (M8){_mm256_castpd_si256(_mm256_cmp_pd(x.a, y.a, _CMP_GE_OQ)), _mm256_castpd_si256(_mm256_cmp_pd(x.b, y.b, _CMP_GE_OQ))}; }
VEC unsigned m_bits(M8 m) { return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(m.a)) | (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(m.b)) << 4; }

#else
typedef struct F8 { double v[8]; } F8;
typedef struct U8 { uint64_t v[8]; } U8;
typedef U8 M8;
#define LANES(T, expression) do { T out_; for (int i = 0; i < 8; i++) out_.v[i] = (expression); return out_; } while (0)
VEC F8 f_all(double x) { LANES(F8, x); }
VEC F8 f_load(const double *p) { LANES(F8, p[i]); }
VEC void f_store(double *p, F8 a) { memcpy(p, a.v, sizeof a.v); }
VEC F8 f_add(F8 a, F8 b) { LANES(F8, a.v[i] + b.v[i]); }
VEC F8 f_sub(F8 a, F8 b) { LANES(F8, a.v[i] - b.v[i]); }
VEC F8 f_mul(F8 a, F8 b) { LANES(F8, a.v[i] * b.v[i]); }
VEC F8 f_div(F8 a, F8 b) { LANES(F8, a.v[i] / b.v[i]); }
VEC F8 f_fma(F8 a, F8 b, F8 c) { LANES(F8, __builtin_fma(a.v[i], b.v[i], c.v[i])); }
VEC F8 f_sqrt(F8 a) { LANES(F8, __builtin_sqrt(a.v[i])); }
VEC F8 f_least(F8 a, F8 b) { LANES(F8, a.v[i] < b.v[i] ? a.v[i] : b.v[i]); }
VEC F8 f_most(F8 a, F8 b) { LANES(F8, a.v[i] > b.v[i] ? a.v[i] : b.v[i]); }
VEC F8 f_pick(const double *t, U8 at) { LANES(F8, t[at.v[i]]); }
VEC F8 f_of(U8 a) { F8 out; memcpy(&out, &a, sizeof out); return out; }
VEC void f_add_pairs(F8 a, F8 b, const uint64_t *at, double (*to)[2])
{
    for (int i = 0; i < 8; i++) to[at[i]][0] += a.v[i], to[at[i]][1] += b.v[i];
}
VEC U8 f_bits(F8 a) { U8 out; memcpy(&out, &a, sizeof out); return out; }
VEC U8 u_all(uint64_t x) { LANES(U8, x); }
VEC U8 u_load(const uint64_t *p) { LANES(U8, p[i]); }
VEC void u_store(uint64_t *p, U8 a) { memcpy(p, a.v, sizeof a.v); }
VEC U8 u_add(U8 a, U8 b) { LANES(U8, a.v[i] + b.v[i]); }
VEC U8 u_sub(U8 a, U8 b) { LANES(U8, a.v[i] - b.v[i]); }
VEC U8 u_and(U8 a, U8 b) { LANES(U8, a.v[i] & b.v[i]); }
VEC U8 u_or(U8 a, U8 b) { LANES(U8, a.v[i] | b.v[i]); }
VEC U8 u_xor(U8 a, U8 b) { LANES(U8, a.v[i] ^ b.v[i]); }
VEC U8 u_xor3(U8 a, U8 b, U8 c) { LANES(U8, a.v[i] ^ b.v[i] ^ c.v[i]); }
VEC U8 u_times(U8 a, U8 b) { LANES(U8, (uint64_t)(uint32_t)a.v[i] * (uint32_t)b.v[i]); }
VEC U8 u_left(U8 a, int n) { LANES(U8, a.v[i] << n); }
VEC U8 u_right(U8 a, int n) { LANES(U8, a.v[i] >> n); }
VEC M8 u_less(U8 a, U8 b) { LANES(M8, (int64_t)a.v[i] < (int64_t)b.v[i] ? ~(uint64_t)0 : 0); }
VEC M8 u_same(U8 a, U8 b) { LANES(M8, a.v[i] == b.v[i] ? ~(uint64_t)0 : 0); }
VEC M8 f_reaches(F8 a, F8 b) { LANES(M8, a.v[i] >= b.v[i] ? ~(uint64_t)0 : 0); }
VEC F8 f_where(M8 m, F8 a) { return f_of(u_and(f_bits(a), m)); }
VEC unsigned m_bits(M8 m)
{
    unsigned bits = 0;
    for (int i = 0; i < 8; i++) bits |= (unsigned)(m.v[i] & 1) << i;
    return bits;
}
#endif
#endif
