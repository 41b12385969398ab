/*
 * What IE11 and old phones lack must not be used, but for: custom properties, before which the
 * build puts their value; and what may be missing without harm.
 */
export default {
	plugins: ['stylelint-no-unsupported-browser-features'],
	rules: {
		'color-no-invalid-hex': true,
		'declaration-block-no-duplicate-properties': true,
		'no-duplicate-selectors': true,
		'property-no-unknown': true,
		'unit-no-unknown': true,
		'plugin/no-unsupported-browser-features': [true, {
			browsers: ['ie 11', 'chrome 49', 'ios 10'],
			ignore: [
				'css-variables', 'css-focus-visible', 'css-media-interaction', 'css-overscroll-behavior',
				'css-placeholder', 'css-resize', 'css-scroll-behavior', 'css-snappoints', 'css-text-size-adjust',
				'css-featurequeries', 'mdn-text-decoration-shorthand', 'prefers-color-scheme',
				'prefers-reduced-motion', 'text-decoration',
			],
			ignorePartialSupport: true,
		}],
	},
	/* For browsers of today. */
	overrides: [{ files: ['src/console/*.css'], rules: { 'plugin/no-unsupported-browser-features': null } }],
};
