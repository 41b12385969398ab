/*
 * How long a page that is opened with a question takes until the answer is on screen, over a slow
 * line and with nothing in the cache.
 */
'use strict';

const { launch, startServer } = require('../browser/harness.js');
const { startProxy } = require('./slow_proxy.js');

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const QUESTION = '证书过期还可以延续吗';

/* A context that was just made drops its first connections once. */
const SETTLE_MS = 1000;

/* What Lighthouse calls slow 4G. */
const LINE = { rttMs: 150, down: 1638400, up: 750000 };
/* What Chrome's developer tools call slow 4G: the same, stretched so that each request feels like it. */
const DEVTOOLS = { offline: false, latency: 562.5, downloadThroughput: 180000, uploadThroughput: 84375 };
const UNTHROTTLED = { rttMs: 0, down: 1e12, up: 1e12 };

/* Notes when the first answer has been painted: performance.now() counts from the navigation's start. */
function notePaint() {
	const watch = new MutationObserver(() => {
		if (!document.querySelector('#log .card'))
			return;
		watch.disconnect();
		requestAnimationFrame(() => setTimeout(() => { window.answeredAt = performance.now(); }));
	});
	watch.observe(document, { childList: true, subtree: true });
}

async function openOnce(browser, url, prepare) {
	const context = await browser.newContext(PHONE);
	try {
		const page = await context.newPage();
		await page.addInitScript(notePaint);
		await prepare(page);
		await page.waitForTimeout(SETTLE_MS);
		await page.goto(`${url}/?q=${encodeURIComponent(QUESTION)}`, { waitUntil: 'commit' });
		await page.waitForFunction(() => window.answeredAt);
		const answered = await page.evaluate(() => window.answeredAt);
		await page.waitForFunction(() => document.getElementById('status').textContent === '');
		await page.waitForTimeout(500);
		const files = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
			.map(({ name, encodedBodySize, responseEnd }) => ({ name: decodeURIComponent(new URL(name).pathname), bytes: encodedBodySize, end: Math.round(responseEnd) })));
		return { answered, files };
	} finally {
		await context.close();
	}
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/* Each time with a cache and connections of its own; what was transferred is that of the last time. */
async function measure(browser, runs, line, prepare = async () => {}) {
	const proxy = await startProxy(line);
	const server = await startServer({ origins: [proxy.origin] });
	proxy.port = server.port;
	try {
		const times = [];
		let files;
		for (let run = 0; run < runs; run++) {
			Object.assign(proxy, { bytes: { down: 0, up: 0 }, connections: 0 });
			const opened = await openOnce(browser, proxy.origin, prepare);
			times.push(opened.answered);
			files = opened.files;
		}
		return { p50: median(times), worst: Math.max(...times), files, proxy };
	} finally {
		proxy.stop();
		await server.stop();
	}
}

async function throttleAsDevTools(page) {
	const session = await page.context().newCDPSession(page);
	await session.send('Network.enable');
	await session.send('Network.emulateNetworkConditions', DEVTOOLS);
}

/* The median over the slow line. */
async function benchFirstAnswer(runs) {
	const browser = await launch('chromium');
	try {
		const rows = [
			['no throttling', await measure(browser, runs, UNTHROTTLED)],
			['slow 4G: 150 ms, 1.6 Mbit/s down, 0.75 up', await measure(browser, runs, LINE)],
			['slow 4G of the developer tools', await measure(browser, runs, UNTHROTTLED, throttleAsDevTools)],
		];
		console.log(`\n${'first answer, ms from opening'.padEnd(44)}${'p50'.padStart(6)}${'worst'.padStart(7)}`);
		for (const [name, { p50, worst }] of rows)
			console.log(`${name.padEnd(44)}${p50.toFixed(0).padStart(6)}${worst.toFixed(0).padStart(7)}`);
		report(rows[1][1]);
		return rows[1][1].p50;
	} finally {
		await browser.close();
	}
}

function report({ files, proxy }) {
	console.log(`\n${'transfer of that'.padEnd(44)}${'bytes'.padStart(7)}${'by ms'.padStart(7)}`);
	for (const { name, bytes, end } of files)
		console.log(`${name.padEnd(44)}${String(bytes).padStart(7)}${String(end).padStart(7)}`);
	console.log(`${`all, with headers, over ${proxy.connections} connections`.padEnd(44)}${String(proxy.bytes.down).padStart(7)}`);
}

module.exports = { benchFirstAnswer };
