/*
 * Fifty strings that would run code in a page that took them for HTML, pushed through knowledge,
 * question, name and record of a real server into the real page: each is shown as the text that it
 * is, and nothing else comes of it.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Server, stopCleanly } = require('../integration/harness.js');
const { SAMPLES, importSamples, sign } = require('../integration/records.js');
const { STRINGS, SUBJECTS, questionOf, referredBy, writeKnowledge } = require('../integration/xss.js');
const { ROOT, ask, openPage, replyAfter, withServer } = require('./harness.js');

const DIST = { web: { folder: path.join(ROOT, 'web/dist') } };
const NEXT = (index) => (index + 1) % STRINGS.length;

/* What the page is made of; no string of the fifty may add to it. */
const TAGS = ['a', 'article', 'b', 'body', 'button', 'dd', 'div', 'dl', 'dt', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'head',
	'header', 'html', 'input', 'label', 'li', 'link', 'main', 'meta', 'ol', 'p', 'script', 'section', 'span', 'textarea', 'title', 'ul'];

/* Notes in the page whatever a string would do if it ran, and outside what it would fetch or open. */
async function watch(page, url) {
	const seen = { dialogs: [], strangers: [] };
	page.on('dialog', (dialog) => { seen.dialogs.push(dialog.message()); return dialog.dismiss(); });
	page.on('request', (request) => request.url().startsWith(url) || seen.strangers.push(request.url()));
	await page.addInitScript(() => {
		window.ran = [];
		window.xss = (which) => window.ran.push(which);
		document.addEventListener('securitypolicyviolation', (event) => window.ran.push(`policy: ${event.blockedURI}`));
	});
	page.seen = seen;
}

async function openWatched(t, browser, url) {
	const page = await openPage(t, browser, url,
		{ reducedMotion: 'reduce', prepare: (page) => watch(page, new URL(url).origin) });
	t.after(() => assert.deepStrictEqual(page.seen, { dialogs: [], strangers: [] }));
	return page;
}

async function assertNothingRan(page) {
	const { ran, tags, hrefs, handlers, own } = await page.evaluate(() => {
		const all = [...document.querySelectorAll('*')];
		return {
			ran: window.ran,
			tags: [...new Set(all.map((node) => node.localName))],
			hrefs: [...document.querySelectorAll('a')].map((node) => node.href),
			handlers: all.filter((node) => [...node.attributes].some((one) => /^on|^style$|^srcdoc$|^formaction$/.test(one.name)
				&& node.id !== 'message')).map((node) => node.outerHTML),
			own: document.querySelectorAll('script, link, meta, form').length,
		};
	});
	assert.deepStrictEqual(ran, []);
	assert.deepStrictEqual(tags.filter((tag) => !TAGS.includes(tag)), []);
	assert.deepStrictEqual(hrefs.filter((href) => !/^(https?|tel):/.test(href)), []);
	assert.deepStrictEqual(handlers, []);
	assert.ok(own < 14, 'scripts, links and forms of the page itself');
}

const textOf = (locator) => locator.evaluate((node) => node.textContent);

/* Every one of `places` (selectors in the card) holds the string as its text. */
async function assertShown(card, string, places) {
	for (const place of places) {
		const texts = await card.locator(place).evaluateAll((nodes) => nodes.map((node) => node.textContent));
		assert.ok(texts.some((text) => text.includes(string)), `${place}: ${JSON.stringify(string)} is not in ${JSON.stringify(texts)}`);
	}
}

test('fifty hostile strings', async (t) => {
	const { browser } = await withServer(t);
	const hostile = new Server({ settings: DIST });
	writeKnowledge(hostile.knowledge);
	await hostile.start();
	t.after(() => stopCleanly(hostile));

	await t.test('in_the_office_are_its_title_its_welcome_its_examples_and_its_contacts', async (t) => {
		const page = await openWatched(t, browser, `${hostile.url}/`);
		await page.locator('#contacts li').first().waitFor();
		assert.strictEqual(await page.title(), STRINGS[3]);
		assert.strictEqual(await textOf(page.locator('h1')), STRINGS[3]);
		assert.strictEqual(await textOf(page.locator('#welcome')), STRINGS[17]);
		const examples = await page.locator('#examples .choice').allTextContents();
		await page.getByRole('button', { name: '换一批' }).click();
		examples.push(...await page.locator('#examples .choice').allTextContents());
		for (const string of STRINGS.slice(0, 12))
			assert.ok(examples.includes(string), string);
		const contacts = await page.locator('#contacts li').allTextContents();
		for (const string of STRINGS)
			assert.ok(contacts.includes(`${string} ${string}`), string);
		assert.ok(contacts.includes('网址 javascript:xss(0)'));
		await assertNothingRan(page);
	});

	await t.test('in_an_entry_and_in_the_question_about_it_are_text_from_the_answer_to_the_verdict', async (t) => {
		let page;
		for (const [index, string] of STRINGS.entries()) {
			const before = index % 10 * 3;
			if (before === 0) // a long conversation is slow to look through
				page = await openWatched(t, browser, `${hostile.url}/`);
			let card = await ask(page, questionOf(index));
			assert.ok((await textOf(page.locator('.mine').last())).endsWith(questionOf(index).trim()));
			await assertShown(card, questionOf(index), ['.question']);
			await assertShown(card, string, ['.answer > .words', '.case h4', '.case .words', '.source']);
			await assertShown(card, questionOf(NEXT(index)), ['.related .choice']);
			await card.locator('.offer .button').click();
			card = await replyAfter(page, before + 1);
			await assertShown(card, string, ['.ask h4', '.ask .why', '.ask .choice']);
			await card.locator('.ask .choice').first().click();
			card = await replyAfter(page, before + 2);
			await assertShown(card, string, ['.lead h4', '.lead > .words', '.lead .steps .words', '.lead dd', '.said p']);
			await assertNothingRan(page);
		}
	});

	await t.test('in_a_referral_are_text', async (t) => {
		const page = await openWatched(t, browser, `${hostile.url}/`);
		for (const [index, string] of STRINGS.entries())
			await assertShown(await ask(page, referredBy(index)), `渡船这里不管。${string}`, ['.words']);
		await assertNothingRan(page);
	});

	await t.test('typed_alone_are_shown_as_they_were_typed_before_and_after_a_reload', async (t) => {
		const page = await openWatched(t, browser, `${hostile.url}/`);
		const typed = STRINGS.map((string) => string.replace(/\r\n/g, '\n').trim());
		for (const string of typed)
			await ask(page, string);
		assert.deepStrictEqual((await page.locator('.mine').allTextContents()).map((text) => text.replace('您说：', '')), typed);
		await page.reload();
		await page.locator('#history .card').nth(typed.length - 1).waitFor();
		assert.deepStrictEqual((await page.locator('.mine').allTextContents()).map((text) => text.replace('您说：', '')), typed);
		await assertNothingRan(page);
	});

	await t.test('in_the_address_are_asked_as_text', async (t) => {
		const page = await openWatched(t, browser, `${hostile.url}/`);
		for (const string of STRINGS) {
			await page.goto(`${hostile.url}/?q=${encodeURIComponent(string)}#${encodeURIComponent(string)}`);
			await replyAfter(page, 0);
			assert.strictEqual(await textOf(page.locator('#log .mine')), `您说：${string.trim()}`);
			await assertNothingRan(page);
		}
	});

	await t.test('among_the_suggestions_are_text', async (t) => {
		const page = await openWatched(t, browser, `${hostile.url}/`);
		for (const [index] of STRINGS.entries()) {
			await page.fill('#message', `${SUBJECTS[index]}怎么保存`);
			await page.locator('.suggestion', { hasText: SUBJECTS[index] }).first().waitFor();
			assert.ok((await page.locator('.suggestion').allTextContents()).includes(questionOf(index)), questionOf(index));
		}
		await assertNothingRan(page);
	});
});

/* An ID number of GB 11643-1999 for the index-th of them: 18 digits, the last one checks the others. */
function idNumber(index) {
	const digits = `41990019900101${String(index).padStart(3, '0')}`;
	const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0);
	return digits + '10X98765432'[sum % 11];
}

/* The samples, in which each of the strings is also somebody's name and the reason of their blacklisting. */
function writeRecords(folder) {
	fs.cpSync(SAMPLES, folder, { recursive: true });
	const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
	const rows = STRINGS.map((string, index) => `${idNumber(index)},${idNumber(index)},${quoted(string)},1,${quoted(`因${string}`)}\n`);
	fs.appendFileSync(path.join(folder, 'applicant.csv'), rows.join(''));
}

test('fifty applicants with hostile names', async (t) => {
	const { browser } = await withServer(t);
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-hostile-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const server = new Server({ settings: DIST, knowledge: path.join(ROOT, 'knowledge') });
	writeRecords(folder);
	importSamples(server, folder);
	await server.start();
	t.after(() => stopCleanly(server));

	await t.test('sign_in_and_read_their_record_as_text', async (t) => {
		const page = await openWatched(t, browser, `${server.url}/#trial`);
		for (const [index, string] of STRINGS.entries()) {
			/* A longer name, or one with control characters, is refused. */
			const name = string.replace(/\p{Cc}/gu, ' ').slice(0, 56);
			await page.fill('#token', sign(server, '尤超壬', { sub: idNumber(index), name }));
			await page.keyboard.press('Enter');
			await page.locator('#signed-in').waitFor();
			const card = await ask(page, '获取不到成绩');
			await assertShown(card, `您被列入黑名单，原因：因${string}。`, ['.lead > .words']);
			await assertNothingRan(page);
			await page.locator('#sign-out').click();
			await page.locator('#token').waitFor();
		}
	});
});
