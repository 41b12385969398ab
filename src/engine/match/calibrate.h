/*
 * Calibrate: from log-odds by the evidence to a confidence that is kept: of what is given at 0.9,
 * nine in ten are right.
 *
 * A logistic model over how strong the best entry is by its own evidence, how far ahead of the
 * runner-up (which tells more), and how much of the message it knows. Its weights start at what
 * holds for many folders and are fitted to the folder's own rehearsal (rehearsal.h).
 */
#ifndef DAYI_MATCH_CALIBRATE_H
#define DAYI_MATCH_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>

enum { CALIBRATION_WEIGHTS = 15 };

/*
 * What is known of the message: shares of 1, but for `unknown`, `third`, `apart`, `length`,
 * `aside`, `alone` and `touched`.
 */
struct calibration_shares {
	float known;   /* share of its weight that the best entry knows */
	float reach;   /* the same with every weight squared: a few rare words, or many */
	float ahead;   /* the first by how much more than the best of the next three entries */
	float unknown; /* tens of its characters that no entry knows */
	float third;   /* the best entry's lead over the third, in log-odds */
	float subject; /* share of its subject (query.h) that the best entry knows, answer and all
	                */
	float covered; /* share of its weight that any entry knows */
	float apart;   /* acts in which the message and the nearest sentence differ (habits.h) */
	float length;  /* tens of characters that mean something */
	float aside;   /* 1 where the entry has heard nothing of what the message says last of its
	                  thing (aspect.h), else 0 */
	float alone;   /* 1 where the best entry is an answer without alternates that shares a
	                  character of its subject (aspect.h), 1/2 with one alternate, 1/3 with two */
	float touched; /* the same where the question of one of the best three entries has two
	                  characters of the message (aspect.h) */
};

/* The weights of 1, of the strength, of the logarithm of the leads, and of the shares. */
struct calibration {
	double best[CALIBRATION_WEIGHTS];  /* that the best entry is right */
	double among[CALIBRATION_WEIGHTS]; /* that the right one is among the first three */
};

/* One rehearsed question: its best entry's log-odds, the lead in log-odds, and what was right. */
struct calibration_sample {
	double strength;
	double lead;
	struct calibration_shares shares;
	double weight;
	double stress; /* its weight where the shares are fitted: what is near but out of scope more
	                */
	bool best;
	bool among; /* the first three */
};

/* What holds for a folder of which nothing is known. */
struct calibration calibration_usual(void);

/* Where nothing is known of them; all but `subject`, `covered`, `apart`, `length`, `alone` and
 * `touched` where more than words speaks. */
struct calibration_shares calibration_usual_shares(void);

/* The usual weights, moved as far as the samples speak for it. Deterministic. */
struct calibration calibration_fit(const struct calibration_sample *samples, size_t count);

/*
 * The probability that the best entry is right. `lead` is negative for one that stands behind the
 * best by so much: it is less likely than the best would be with no lead at all. `shares` are the
 * best entry's.
 */
double calibration_confidence(const struct calibration *calibration, double strength, double lead,
                              const struct calibration_shares *shares);

/*
 * The probability that the right entry is among the first three, by the best one's strength and
 * shares. How close the three are to each other is no matter: far messages are weak in all of them.
 */
double calibration_offer(const struct calibration *calibration, double strength,
                         const struct calibration_shares *shares);

#endif
