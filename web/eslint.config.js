import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/* IE11 has none of these, and they are nothing that core-js adds. */
const MISSING_IN_IE11 = ['fetch', 'URL', 'URLSearchParams', 'AbortController', 'TextEncoder', 'TextDecoder',
	'ResizeObserver', 'IntersectionObserver', 'BroadcastChannel', 'structuredClone', 'queueMicrotask'];
const METHODS_MISSING_IN_IE11 = /^(append|prepend|after|before|remove|replaceWith|replaceChildren|closest|matches|toggleAttribute)$/;

export default tseslint.config(
	{ ignores: ['dist/', 'node_modules/'] },
	js.configs.recommended,
	{
		files: ['**/*.{ts,tsx}'],
		extends: [...tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
		plugins: { 'react-hooks': hooks },
		rules: {
			'react-hooks/rules-of-hooks': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }],
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			eqeqeq: 'error',
			/* Nothing here uses `this`. */
			'@typescript-eslint/unbound-method': 'off',
			complexity: ['error', 14],
			'max-depth': ['error', 3],
		},
	},
	{
		files: ['src/**/*.{ts,tsx}'],
		rules: {
			'no-restricted-globals': ['error', ...MISSING_IN_IE11],
			'no-restricted-syntax': ['error',
				{ selector: `CallExpression > MemberExpression > Identifier.property[name=${METHODS_MISSING_IN_IE11}]`, message: 'IE11 does not have it' },
				{ selector: 'JSXAttribute[name.name="style"]', message: 'The content policy forbids styles in elements' },
				{ selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'No text ever becomes HTML' },
				{ selector: 'AssignmentExpression > MemberExpression.left > Identifier.property[name=/^(innerHTML|outerHTML)$/]', message: 'No text ever becomes HTML' },
			],
		},
	},
	/* The console is for browsers of today. */
	{
		files: ['src/console/**/*.{ts,tsx}'],
		rules: {
			'no-restricted-globals': 'off',
			'no-restricted-syntax': ['error',
				{ selector: 'JSXAttribute[name.name="style"]', message: 'The content policy forbids styles in elements' },
				{ selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'No text ever becomes HTML' },
				{ selector: 'AssignmentExpression > MemberExpression.left > Identifier.property[name=/^(innerHTML|outerHTML)$/]', message: 'No text ever becomes HTML' },
			],
		},
	},
	{ files: ['*.mjs', '*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
