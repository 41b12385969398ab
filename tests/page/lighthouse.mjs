/*
 * Lighthouse's scores of the page, as on a phone over slow 4G (its default) and as on a desktop.
 * The run in the middle by performance counts.
 */

import { createRequire } from 'node:module';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const require = createRequire(import.meta.url);
const { CHROMIUM, startServer } = require('../browser/harness.js');

const LEAST = { performance: 95, accessibility: 100, 'best-practices': 100 };
const FORMS = { phone: undefined, desktop: desktopConfig };
const FIGURES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'];

const scores = (result) => Object.keys(LEAST).map((name) => Math.round(result.categories[name].score * 100));

async function audit(url, config) {
	const browser = await launch({ chromePath: CHROMIUM.path, chromeFlags: ['--headless=new', ...CHROMIUM.launch.args], logLevel: 'silent' });
	try {
		const options = { port: browser.port, logLevel: 'silent', onlyCategories: Object.keys(LEAST) };
		return (await lighthouse(url, options, config)).lhr;
	} finally {
		browser.kill();
	}
}

async function auditOften(url, config, runs) {
	const results = [];
	for (let run = 0; run < runs; run++)
		results.push(await audit(url, config));
	results.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
	return results[Math.floor((runs - 1) / 2)];
}

/* What cost points, for whoever has to mend it. */
function shortcomings(result) {
	const weighed = Object.keys(LEAST).flatMap((name) => result.categories[name].auditRefs).filter(({ weight }) => weight > 0);
	return weighed.map(({ id }) => result.audits[id])
		.filter(({ score }) => score !== null && score < 0.9)
		.map(({ title, displayValue }) => `  ${title}${displayValue ? `: ${displayValue}` : ''}`);
}

function print(form, result) {
	const figures = FIGURES.map((name) => result.audits[name].displayValue.replace(/\s/g, ' '));
	console.log(`${form.padEnd(10)}${scores(result).map((score) => String(score).padStart(8)).join('')}${figures.map((figure) => figure.padStart(9)).join('')}`);
	shortcomings(result).forEach((line) => console.log(line));
}

/* Whether the page reaches what is asked of it. */
export async function benchLighthouse(runs) {
	const server = await startServer();
	try {
		console.log(`\n${'Lighthouse'.padEnd(10)}${['perf.', 'access.', 'best'].map((name) => name.padStart(8)).join('')}${['FCP', 'LCP', 'TBT', 'CLS'].map((name) => name.padStart(9)).join('')}`);
		let reached = true;
		for (const [form, config] of Object.entries(FORMS)) {
			const result = await auditOften(server.url, config, runs);
			print(form, result);
			reached = reached && Object.values(LEAST).every((least, i) => scores(result)[i] >= least);
		}
		return reached;
	} finally {
		await server.stop();
	}
}
