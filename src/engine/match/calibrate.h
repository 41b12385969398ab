/*
 * Calibrate: from log-odds by the evidence to a confidence that is kept: of what is given at 0.9,
 * nine in ten are right.
 *
 * A logistic model over two numbers: how strong the best entry is by its own evidence, and how far
 * ahead of the runner-up (the second tells more). Its three weights start at what holds for many
 * folders and are fitted to the folder's own rehearsal (rehearsal.h).
 */
#ifndef DAYI_MATCH_CALIBRATE_H
#define DAYI_MATCH_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>

enum { CALIBRATION_WEIGHTS = 3 };

/* The weights of 1, of the strength and of the logarithm of the lead. */
struct calibration {
	double best[CALIBRATION_WEIGHTS];  /* that the best entry is right */
	double among[CALIBRATION_WEIGHTS]; /* that the right one is among the first three */
};

/* One rehearsed question: its best entry's log-odds, the lead in log-odds, and what was right. */
struct calibration_sample {
	double strength;
	double lead;
	double weight;
	bool best;
	bool among; /* the first three */
};

/* What holds for a folder of which nothing is known. */
struct calibration calibration_usual(void);

/* The usual weights, moved as far as the samples speak for it. Deterministic. */
struct calibration calibration_fit(const struct calibration_sample *samples, size_t count);

/*
 * The probability that the best entry is right. `lead` is negative for one that stands behind the
 * best by so much: it is less likely than the best would be with no lead at all.
 */
double calibration_confidence(const struct calibration *calibration, double strength, double lead);

/*
 * The probability that the right entry is among the first three, by the best one's strength. How
 * close the three are to each other is no matter: far messages are weak in all of them.
 */
double calibration_offer(const struct calibration *calibration, double strength);

#endif
