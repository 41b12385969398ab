/*
 * The page and a real server that is busy, is asked from a copied tab, or writes down what is
 * thought of an answer.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { Server, stopCleanly, until } = require('../integration/harness.js');
const { ROOT, ask, openPage, replyAfter, withServer } = require('./harness.js');

/* A server of this test's own, with the office's knowledge, the page and a journal. */
async function startServer(t, settings = {}) {
	const server = await Server.start({
		knowledge: path.join(ROOT, 'knowledge'),
		settings: { ...settings, web: { folder: path.join(ROOT, 'web/dist') } },
	});
	t.after(() => stopCleanly(server));
	return server;
}

/* The rows of a table of its journal, once `count` of them are written. */
function journal(server, sql, count) {
	return until(() => {
		const run = spawnSync('sqlite3', ['-json', '-readonly', server.journalFile, sql], { encoding: 'utf8' });
		assert.strictEqual(run.status, 0, run.stderr);
		const rows = JSON.parse(run.stdout || '[]');
		return rows.length >= count && rows;
	}, `${count} rows of ${sql}`);
}

const TURNS = 'SELECT question, session FROM turn ORDER BY at';

test('the page and its server', async (t) => {
	const { browser } = await withServer(t);

	/* Three messages at once, then one a second: hello and two questions. */
	await t.test('what_a_busy_server_refused_waits_and_is_answered_by_itself', async (t) => {
		const server = await startServer(t, { limits: { rate_per_connection: 1, burst_per_connection: 3 } });
		const page = await openPage(t, browser, server.url,
			{ reducedMotion: 'reduce', viewport: { width: 360, height: 640 } });
		await page.waitForFunction(() => document.getElementById('status').textContent === '');
		const questions = ['照片上传不了', '获取不到成绩', '证书过期还可以延续吗', '公司已改名，取出来的还是旧名称'];
		/* All at once: a slow machine types slower than the limit. */
		await page.evaluate((questions) => questions.forEach((question) => {
			document.getElementById('message').value = question;
			document.getElementById('composer').requestSubmit();
		}), questions);
		await page.getByText('会自动再发').first().waitFor();
		assert.strictEqual(await page.locator('#log .card.busy').count(), 0);
		for (let i = 0; i < questions.length; i++)
			await replyAfter(page, i);
		assert.strictEqual(await page.locator('#log .card.answer').count(), questions.length);
		assert.strictEqual(await page.locator('.waiting').count(), 0);
		const rows = await journal(server, TURNS, questions.length);
		assert.deepStrictEqual(rows.map((row) => row.question), questions);
		assert.ok(await server.metric('dayi_refusals_total{reason="rate"}') > 0);
	});

	await t.test('what_the_office_offers_is_asked_for_again_where_the_server_was_busy', async (t) => {
		const server = await startServer(t);
		let refused = 0;
		const page = await openPage(t, browser, server.url, {
			expected: /503/,
			prepare: (page) => page.route('**/api/v1/office', (route) => (refused++ ? route.continue()
				: route.fulfill({ status: 503, headers: { 'Retry-After': '5' }, json: { outcome: 'busy' } }))),
		});
		await page.locator('#examples .choice').first().waitFor();
		assert.strictEqual(await page.title(), '安管人员考核业务答疑');
		assert.strictEqual(refused, 2);
	});

	await t.test('a_busy_server_is_waited_for_over_HTTP_too', async (t) => {
		const server = await startServer(t, { limits: { rate_per_address: 1, burst_per_address: 3 } });
		const page = await openPage(t, browser, server.url, { serve: (socket) => socket.close(), expected: /429/ });
		await page.waitForFunction(() => document.getElementById('status').textContent === '');
		/* The bucket of this address is kept empty until the page's own question has met it so. */
		let refused = false;
		const others = (async () => {
			while (!refused)
				await server.ask({ text: '照片上传不了' });
		})();
		await page.fill('#message', '获取不到成绩');
		await page.keyboard.press('Enter');
		await page.getByText('会自动再发').waitFor().finally(() => { refused = true; });
		await others;
		assert.match(await (await replyAfter(page, 0)).innerText(), /第7条/);
	});

	/* As the browser copies a tab: with the storage that it has at that moment. */
	async function copyOf(page) {
		const [copy] = await Promise.all([
			page.context().waitForEvent('page'),
			page.evaluate(() => { window.open(location.href, '_blank'); }),
		]);
		await copy.locator('#history .card').waitFor();
		assert.strictEqual(await copy.evaluate(() => sessionStorage.length), 1, 'the storage was copied');
		return copy;
	}

	/* As a tab behind another one is; a phone may end it there without a word. */
	const putBehind = (page) => page.evaluate(() => {
		Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	});

	for (const [name, prepare] of [['a_copied_tab', () => {}], ['a_copy_of_a_tab_in_the_background', putBehind]])
		await t.test(`${name}_sends_nothing_twice_and_mixes_no_replies`, async (t) => {
			const server = await startServer(t);
			const page = await openPage(t, browser, server.url);
			await ask(page, '获取不到成绩');
			await prepare(page);
			const copy = await copyOf(page);
			await Promise.all([ask(page, '照片上传不了'), ask(copy, '证书过期还可以延续吗')]);
			assert.deepStrictEqual(await page.locator('.mine').allTextContents(), ['您说：获取不到成绩', '您说：照片上传不了']);
			assert.deepStrictEqual(await copy.locator('.mine').allTextContents(), ['您说：获取不到成绩', '您说：证书过期还可以延续吗']);
			assert.match(await page.locator('#log .card').last().innerText(), /第9条/);
			assert.match(await copy.locator('#log .card').innerText(), /证书过期还可以延续吗/);
			for (const tab of [page, copy]) {
				await tab.reload();
				await tab.locator('#history .card').nth(1).waitFor();
				await ask(tab, '没有资质信息');
			}
			const rows = await journal(server, TURNS, 5);
			assert.deepStrictEqual(rows.map((row) => row.question).sort(),
				['获取不到成绩', '照片上传不了', '证书过期还可以延续吗', '没有资质信息', '没有资质信息'].sort());
			assert.strictEqual(new Set(rows.map((row) => row.session)).size, 2);
		});

	await t.test('a_rating_is_in_the_journal_and_can_still_be_given_after_a_reload', async (t) => {
		const server = await startServer(t);
		const page = await openPage(t, browser, server.url);
		const receipts = [];
		for (const question of ['照片上传不了', '获取不到成绩'])
			receipts.push((await (await ask(page, question)).locator('.receipt').innerText()).replace('凭证号 ', ''));
		const cards = () => page.locator('.card.answer');
		await cards().nth(0).getByRole('button', { name: '有用' }).click();
		await cards().nth(0).getByText('已记下，谢谢。').waitFor();
		await page.reload();
		await page.locator('#history .card').nth(1).waitFor();
		assert.strictEqual(await cards().nth(0).getByRole('button', { name: '有用' }).count(), 0, 'it stays rated');
		await page.waitForFunction(() => document.getElementById('status').textContent === '');
		await cards().nth(1).getByRole('button', { name: '没用' }).click();
		await cards().nth(1).getByRole('button', { name: '没解决' }).click();
		await cards().nth(1).getByText('已记下，我们会改进。').waitFor();
		/* The reason comes in a write of its own. */
		const rows = await journal(server, "SELECT receipt, value, reason FROM rating WHERE value = 'up' OR reason IS NOT NULL ORDER BY at", 2);
		assert.deepStrictEqual(rows,
			[{ receipt: receipts[0], value: 'up', reason: null }, { receipt: receipts[1], value: 'down', reason: '没解决' }]);
	});
});
