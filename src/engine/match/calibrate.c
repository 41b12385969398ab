#include "engine/match/calibrate.h"

#include <math.h>
#include <string.h>

enum { N = CALIBRATION_WEIGHTS, STEPS = 25, FIRST_SHARE = 3, LAST_SHARE = 6 };
enum { SUBJECT = 8, COVERED, LENGTH, APART, ASIDE, ALONE, TOUCHED }; /* of the weights */

static const struct calibration usual = {
	.best = { -1.6, 0.6, 0.6, [APART] = -0.3, [ASIDE] = -1.5 },
	.among = { 0.2, 0.9, [SUBJECT] = 1.6, [COVERED] = 1.9, [LENGTH] = 1.3, [ALONE] = 0.4,
	           [TOUCHED] = 1.0 },
};
/*
 * The prior: how many samples each usual weight is worth (the inverse of its variance). Shares mean
 * different things in different folders, so their trust falls with the folder's own samples. How
 * people reword a question with few alternates is not rehearsed (rehearsal.c): `alone` and
 * `touched` keep their weights.
 */
static const double trust[N] = { 6, 40, 20, 0, 0, 0, 0, 20, 1e9, 1e9, 1e9, 5, 10, 1e9, 1e9 };
static const double trust_told[N] = { 6,   40,  40,  1e4, 1e4, 1e4, 1e4, 1e4,
	                              1e9, 1e9, 1e9, 1e4, 1e4, 1e9, 1e9 };
static const double trust_among[N] = {
	6, 40, 1e9, 3, 3, 1e9, 20, 1e9, 40, 40, 40, 20, 1e9, 1e9, 1e9
};
static const struct calibration_shares usual_shares = { 0.6F, 0.7F, 0.15F, 0.2F, 2.0F, 0.6F,
	                                                0.7F, 0.6F, 0.8F,  0,    0,    0 };
static const double share_trust = 600; /* over the number of samples */
static const float unknown_most = 1.0F;
static const float length_most = 2.0F;
static const double strength_most = 10; /* log-odds: more tells nothing more */
static const double lead_least = 0.05;  /* log-odds: less is no lead */
static const double lead_most = 10;
static const double no_lead = -2.995732273553991; /* log(lead_least) */
static const double least_share = 1.0 / 1024;     /* of a step */

struct calibration calibration_usual(void)
{
	return usual;
}

struct calibration_shares calibration_usual_shares(void)
{
	return usual_shares;
}

static double log_lead(double lead)
{
	return lead > 0 ? log(lead_least + fmin(lead, lead_most)) : no_lead;
}

static void features_of(double strength, double lead, const struct calibration_shares *shares,
                        double features[N])
{
	features[0] = 1;
	features[1] = fmin(strength, strength_most);
	features[2] = log_lead(lead);
	features[3] = (double)(shares->known - usual_shares.known);
	features[4] = (double)(shares->reach - usual_shares.reach);
	features[5] = (double)(shares->ahead - usual_shares.ahead);
	features[6] = (double)(fminf(shares->unknown, unknown_most) - usual_shares.unknown);
	features[7] = log_lead((double)shares->third) - log_lead((double)usual_shares.third);
	features[SUBJECT] = (double)(shares->subject - usual_shares.subject);
	features[COVERED] = (double)(shares->covered - usual_shares.covered);
	features[APART] = (double)(shares->apart - usual_shares.apart);
	features[LENGTH] = (double)(fminf(shares->length, length_most) - usual_shares.length);
	features[ASIDE] = (double)shares->aside;
	features[TOUCHED] = (double)shares->touched;
	features[ALONE] = (double)shares->alone;
}

static double log_odds(const double weights[N], const double features[N])
{
	double sum = 0;
	for (int i = 0; i < N; i++)
		sum += weights[i] * features[i];
	return sum;
}

static double probability(double odds)
{
	return 1 / (1 + exp(-odds));
}

double calibration_confidence(const struct calibration *calibration, double strength, double lead,
                              const struct calibration_shares *shares)
{
	double features[N];
	features_of(strength, lead, shares, features);
	return probability(log_odds(calibration->best, features) + fmin(lead, 0));
}

double calibration_offer(const struct calibration *calibration, double strength,
                         const struct calibration_shares *shares)
{
	double features[N];
	features_of(strength, 0, shares, features);
	return probability(log_odds(calibration->among, features));
}

/* Gaussian elimination; the matrix is symmetric and positive definite, so no pivot is needed. */
static void solve(double matrix[N][N], double vector[N])
{
	for (int k = 0; k < N; k++)
		for (int row = k + 1; row < N; row++) {
			const double factor = matrix[row][k] / matrix[k][k];
			for (int column = k; column < N; column++)
				matrix[row][column] -= factor * matrix[k][column];
			vector[row] -= factor * vector[k];
		}
	for (int row = N - 1; row >= 0; row--) {
		for (int column = row + 1; column < N; column++)
			vector[row] -= matrix[row][column] * vector[column];
		vector[row] /= matrix[row][row];
	}
}

struct fit {
	const struct calibration_sample *samples;
	size_t count;
	const double *usual, *trust;
	bool among;
	bool stressed;
};

static double weight_of(const struct fit *fit, const struct calibration_sample *sample)
{
	return fit->stressed ? sample->stress : sample->weight;
}

/* Log-likelihood of the samples with these weights, plus that of the weights. */
static double likelihood(const struct fit *fit, const double weights[N])
{
	double sum = 0;
	for (int i = 0; i < N; i++)
		sum -= fit->trust[i] * pow(weights[i] - fit->usual[i], 2) / 2;
	for (size_t s = 0; s < fit->count; s++) {
		const struct calibration_sample *sample = &fit->samples[s];
		double features[N];
		features_of(sample->strength, sample->lead, &sample->shares, features);
		const double odds = log_odds(weights, features);
		const bool right = fit->among ? sample->among : sample->best;
		sum -= weight_of(fit, sample) * log1p(exp(right ? -odds : odds));
	}
	return sum;
}

/* One step of Newton's method towards the most likely weights. */
static void find_step(const struct fit *fit, const double weights[N], double step[N])
{
	double curvature[N][N] = { { 0 } };
	for (int i = 0; i < N; i++) {
		curvature[i][i] = fit->trust[i];
		step[i] = fit->trust[i] * (fit->usual[i] - weights[i]);
	}
	for (size_t s = 0; s < fit->count; s++) {
		const struct calibration_sample *sample = &fit->samples[s];
		double features[N];
		features_of(sample->strength, sample->lead, &sample->shares, features);
		const double p = probability(log_odds(weights, features));
		const double off = (fit->among ? sample->among : sample->best) - p;
		for (int i = 0; i < N; i++) {
			step[i] += weight_of(fit, sample) * off * features[i];
			for (int j = 0; j < N; j++)
				curvature[i][j] += weight_of(fit, sample) * p * (1 - p) *
				                   features[i] * features[j];
		}
	}
	solve(curvature, step);
}

/* Newton's method; a step that does not improve is halved, because it may overshoot. */
static void run(const struct fit *fit, double weights[N])
{
	double best = likelihood(fit, weights);
	for (int i = 0; i < STEPS; i++) {
		double step[N], tried[N];
		find_step(fit, weights, step);
		double share = 1, reached = -HUGE_VAL;
		while (share > least_share && !(reached > best)) {
			for (int k = 0; k < N; k++)
				tried[k] = weights[k] + share * step[k];
			reached = likelihood(fit, tried);
			share /= 2;
		}
		if (!(reached > best))
			break;
		memcpy(weights, tried, sizeof(tried));
		best = reached;
	}
	/* The weights of strength and lead are not negative. */
	for (int i = 1; i <= 2; i++)
		weights[i] = fmax(weights[i], 0);
}

/*
 * The shares are fitted with more near topics than people ask, to tell right answers from topics
 * that are missing; strength and lead with as many as people ask.
 */
struct calibration calibration_fit(const struct calibration_sample *samples, size_t count)
{
	struct calibration calibration = usual;
	double trusted[N];
	memcpy(trusted, trust, sizeof(trusted));
	for (int i = FIRST_SHARE; i <= LAST_SHARE; i++)
		trusted[i] = share_trust / (double)(count + 1);
	const struct fit first = { samples, count, usual.best, trusted, false, true };
	const struct fit among = { samples, count, usual.among, trust_among, true, false };
	double told[N];
	run(&first, calibration.best);
	memcpy(told, calibration.best, sizeof(told));
	const struct fit best = { samples, count, told, trust_told, false, false };
	run(&best, calibration.best);
	run(&among, calibration.among);
	return calibration;
}
