#include "engine/match/calibrate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { SAMPLES = 400 };

/* As sure as that where nothing is known of the shares. */
static double confidence(const struct calibration *calibration, double strength, double lead)
{
	const struct calibration_shares usual = calibration_usual_shares();
	return calibration_confidence(calibration, strength, lead, &usual);
}

static double offer(const struct calibration *calibration, double strength)
{
	const struct calibration_shares usual = calibration_usual_shares();
	return calibration_offer(calibration, strength, &usual);
}

/* Half of the samples are strong; `right` of a hundred of the strong ones, none of the others. */
static struct calibration fitted(int right)
{
	struct calibration_sample samples[SAMPLES];
	for (int i = 0; i < SAMPLES; i++) {
		const bool strong = i % 2 == 0;
		samples[i] = (struct calibration_sample){
			.strength = strong ? 4 : -4,
			.lead = 1,
			.shares = calibration_usual_shares(),
			.weight = 1,
			.stress = 1,
			.best = strong && i / 2 % 100 < right,
			.among = strong,
		};
	}
	return calibration_fit(samples, SAMPLES);
}

static void what_is_right_seven_times_in_ten_gets_a_confidence_near_seven_tenths(void **state)
{
	(void)state;
	const struct calibration calibration = fitted(70);
	assert_float_equal(confidence(&calibration, 4, 1), 0.7, 0.06);
	assert_true(confidence(&calibration, -4, 1) < 0.15);
}

static void a_folder_that_errs_more_is_less_sure(void **state)
{
	(void)state;
	const struct calibration good = fitted(95), poor = fitted(40);
	assert_true(confidence(&poor, 4, 1) < 0.55);
	assert_true(confidence(&good, 4, 1) > 0.85);
}

static void no_sample_leaves_what_is_usual(void **state)
{
	(void)state;
	const struct calibration usual = calibration_usual(), none = calibration_fit(NULL, 0);
	for (int i = 0; i < CALIBRATION_WEIGHTS; i++) {
		assert_float_equal(none.best[i], usual.best[i], 1e-9);
		assert_float_equal(none.among[i], usual.among[i], 1e-9);
	}
}

static void more_strength_and_more_lead_never_lower_a_confidence(void **state)
{
	(void)state;
	/* Samples that say the opposite: the weak are right. */
	struct calibration_sample samples[SAMPLES];
	for (int i = 0; i < SAMPLES; i++)
		samples[i] = (struct calibration_sample){ .strength = i % 2 ? 4 : -4,
			                                  .lead = i % 2 ? 4 : 0,
			                                  .weight = 1,
			                                  .stress = 1,
			                                  .best = i % 2 == 0,
			                                  .among = i % 2 == 0 };
	const struct calibration calibration = calibration_fit(samples, SAMPLES);
	for (int half = -12; half < 12; half++) {
		const double lead = half / 2.0;
		assert_true(confidence(&calibration, 2, lead + 0.5) >=
		            confidence(&calibration, 2, lead));
		assert_true(confidence(&calibration, 2.5, lead) >=
		            confidence(&calibration, 2, lead));
	}
	assert_true(offer(&calibration, 3) >= offer(&calibration, -3));
}

static void an_entry_that_knows_more_of_its_messages_is_surer_where_that_told(void **state)
{
	(void)state;
	struct calibration_sample samples[SAMPLES];
	struct calibration_shares little = calibration_usual_shares(), much = little;
	little.known = 0.3F;
	much.known = 0.9F;
	for (int i = 0; i < SAMPLES; i++)
		samples[i] = (struct calibration_sample){ .strength = 2,
			                                  .lead = 1,
			                                  .shares = i % 2 ? much : little,
			                                  .weight = 1,
			                                  .stress = 1,
			                                  .best = i % 2 == 1,
			                                  .among = true };
	const struct calibration calibration = calibration_fit(samples, SAMPLES);
	assert_true(calibration_confidence(&calibration, 2, 1, &much) > 0.8);
	assert_true(calibration_confidence(&calibration, 2, 1, &little) < 0.2);
}

static void an_entry_that_stands_alone_is_offered_sooner_whatever_the_rehearsal_told(void **state)
{
	(void)state;
	struct calibration_shares alone = calibration_usual_shares();
	const struct calibration_shares other = alone;
	alone.alone = 1;
	for (int right = 20; right <= 80; right += 60) {
		const struct calibration calibration = fitted(right);
		for (int strength = -3; strength < 4; strength++) {
			assert_true(calibration_offer(&calibration, strength, &alone) >
			            calibration_offer(&calibration, strength, &other));
			assert_float_equal(
			        calibration_confidence(&calibration, strength, 1, &alone),
			        calibration_confidence(&calibration, strength, 1, &other), 1e-9);
		}
	}
}

static void any_evidence_gives_a_probability(void **state)
{
	(void)state;
	const struct calibration calibration = calibration_usual();
	const double odd[] = { -HUGE_VAL, -1e6, 0, 1e6, HUGE_VAL };
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		const double p = confidence(&calibration, 1, odd[i]);
		assert_true(p >= 0 && p <= 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		        an_entry_that_stands_alone_is_offered_sooner_whatever_the_rehearsal_told),
		cmocka_unit_test(
		        what_is_right_seven_times_in_ten_gets_a_confidence_near_seven_tenths),
		cmocka_unit_test(a_folder_that_errs_more_is_less_sure),
		cmocka_unit_test(no_sample_leaves_what_is_usual),
		cmocka_unit_test(more_strength_and_more_lead_never_lower_a_confidence),
		cmocka_unit_test(an_entry_that_knows_more_of_its_messages_is_surer_where_that_told),
		cmocka_unit_test(any_evidence_gives_a_probability),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
