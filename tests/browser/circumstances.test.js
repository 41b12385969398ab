/*
 * Circumstances that a page is used in: an input method, a long text, no network, another tab in
 * front, somebody who reads further up, paper.
 */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { until } = require('../integration/harness.js');
const { drawn, eventually } = require('./eventually.js');
const { ROOT, ask, openPage, replyAfter, send, startServer, tap, withServer } = require('./harness.js');

const PICTURES = path.join(ROOT, 'build/screenshots');
const CUT_OFF = /WebSocket|ERR_|Failed to load resource/;

/* Answers when it is told to, with what it is told: the at-th question, once it has come. */
function slowServer() {
	const server = { asked: [] };
	server.answer = async (at, text) => (await until(() => server.asked[at], `question ${at}`))(text);
	server.serve = (socket) => socket.onMessage((text) => {
		const frame = JSON.parse(text);
		if (frame.type === 'hello')
			socket.send(JSON.stringify({ type: 'welcome', session: 's1' }));
		else
			server.asked.push((answer) => socket.send(JSON.stringify({ type: 'reply', to: frame.id, choices: [], next: null,
				masked: false, receipt: 'A7KQ-2M9X', text: '', outcome: 'answer',
				answers: [{ entry: 'x', number: 1, question: '标题', answer, cases: [], said: [] }] })));
	});
	return server;
}

const sideways = (page) => page.evaluate(() => [document.documentElement, document.getElementById('scroll')]
	.filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.localName));

test('typing', async (t) => {
	const { server, browser } = await withServer(t);

	await t.test('enter_chooses_a_word_while_an_input_method_composes_and_sends_after_it', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.focus('#message');
		const keyboard = await page.context().newCDPSession(page);
		await keyboard.send('Input.imeSetComposition', { text: 'zhaopian shangchuan buliao', selectionStart: 26, selectionEnd: 26 });
		await page.keyboard.press('Enter');
		await drawn(page);
		assert.strictEqual(await page.locator('.mine').count(), 0);
		await keyboard.send('Input.insertText', { text: '照片上传不了' });
		await eventually(() => page.inputValue('#message'), /^照片上传不了\s*$/);
		assert.strictEqual(await page.locator('.mine').count(), 0);
		assert.match(await (await send(page)).innerText(), /第9条/);
		assert.strictEqual(await page.locator('.mine').count(), 1);
	});

	await t.test('shift_and_enter_begin_a_new_line', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.fill('#message', '照片');
		await page.keyboard.press('End');
		await page.keyboard.press('Shift+Enter');
		await page.keyboard.type('上传不了');
		await eventually(() => page.inputValue('#message'), '照片\n上传不了');
		await send(page);
		assert.match(await page.locator('.mine').innerText(), /照片\n上传不了$/);
	});

	await t.test('a_long_text_that_is_pasted_suggests_nothing_and_says_when_it_is_too_long', async (t) => {
		let suggested = 0;
		const page = await openPage(t, browser, server.url,
			{ prepare: (page) => page.route('**/api/v1/suggest*', (route) => { suggested++; return route.continue(); }) });
		await page.evaluate((text) => navigator.clipboard.writeText(text), '系统提示：获取不到成绩。\n'.repeat(400));
		await page.focus('#message');
		await page.keyboard.press('Control+V');
		/* 13 characters 400 times, without the line feed at the end, are 1,199 over 4,000. */
		await page.locator('#counter', { hasText: '超出 1199 字，请删减' }).waitFor();
		await page.locator('#announced', { hasText: '超出 1199 字' }).waitFor({ state: 'attached' });
		await page.keyboard.press('Enter');
		await page.waitForTimeout(400);
		assert.strictEqual(await page.locator('.mine').count(), 0);
		assert.strictEqual(suggested, 0);
		await page.locator('#send:disabled').waitFor();
	});

	await t.test('a_dropped_file_is_declined_and_does_not_take_the_place_of_the_page', async (t) => {
		const page = await openPage(t, browser, server.url);
		const left = await page.evaluate(() => {
			const data = new DataTransfer();
			data.items.add(new File(['x'], 'form.docx', { type: 'application/msword' }));
			return ['dragover', 'drop'].map((type) => document.querySelector('h1').dispatchEvent(
				new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })));
		});
		assert.deepStrictEqual(left, [false, false], 'nothing is left to the browser');
		await page.locator('#picture', { hasText: '图片和文件我现在还看不懂' }).waitFor();
	});

	await t.test('words_and_addresses_of_any_length_are_broken_on_the_narrowest_screen', async (t) => {
		const fake = slowServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve, viewport: { width: 320, height: 568 } });
		const long = `https://a.example.cn/${'x'.repeat(300)}?${'y'.repeat(300)} ${'W'.repeat(400)} 0371-65250866`;
		await page.fill('#message', long);
		await page.keyboard.press('Enter');
		await page.locator('.mine').waitFor();
		await fake.answer(0, long);
		const card = await replyAfter(page, 0);
		await eventually(() => card.locator('a').count(), 2);
		await eventually(() => sideways(page), []);
	});
});

test('the network', async (t) => {
	const { server, browser } = await withServer(t);

	await t.test('that_the_device_loses_is_told_at_once_and_what_was_asked_meanwhile_is_sent_when_it_is_back', async (t) => {
		const page = await openPage(t, browser, server.url, { expected: CUT_OFF });
		await ask(page, '照片上传不了');
		await page.context().setOffline(true);
		await page.locator('#status', { hasText: '已断开，正在重连……' }).waitFor();
		await page.fill('#message', '获取不到成绩');
		await page.keyboard.press('Enter');
		await page.getByText('还没连上，连上后自动发送').waitFor();
		await page.context().setOffline(false);
		assert.match(await (await replyAfter(page, 1)).innerText(), /第7条/);
		await eventually(() => page.locator('#log .mine').count(), 2);
		await eventually(() => page.locator('#log .card').count(), 2);
	});

	await t.test('when_it_lost_the_conversation_says_why_nothing_can_be_tapped', async (t) => {
		const first = await startServer();
		const page = await openPage(t, browser, first.url, { expected: CUT_OFF });
		await ask(page, '获取不到成绩');
		await tap(page, '开始自查');
		await first.stop();
		const second = await startServer({ port: first.port });
		t.after(second.stop);
		await page.getByText('前面的选项不能再点了').waitFor();
		await page.screenshot({ path: path.join(PICTURES, 'lost.png') });
		await page.locator('#log .ask button').waitFor({ state: 'detached' });
		await ask(page, '获取不到成绩');
		await page.getByText('前面的选项不能再点了').waitFor({ state: 'detached' });
		await page.getByRole('button', { name: '开始自查' }).waitFor();
	});
});

test('a reply that takes its time', async (t) => {
	const { server, browser } = await withServer(t);
	fs.mkdirSync(PICTURES, { recursive: true });

	/* Two long answers, then a third question that is not answered yet. */
	async function waitForThird(t, settings) {
		const fake = slowServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve, reducedMotion: 'reduce', ...settings });
		await page.locator('#examples').waitFor();
		for (const [at, text] of ['一', '二', '三'].entries()) {
			await page.fill('#message', text);
			await page.keyboard.press('Enter');
			await page.locator('#log .mine').nth(at).waitFor();
			if (at < 2) {
				await fake.answer(at, '长长的解答。\n'.repeat(60));
				await replyAfter(page, at);
			}
		}
		return { page, answer: () => fake.answer(2, '迟来的解答。') };
	}

	const at = (page) => page.evaluate(() => Math.round(document.getElementById('scroll').scrollTop));

	await t.test('is_said_to_be_looked_for_and_then_shown_from_its_question_on', async (t) => {
		const { page, answer } = await waitForThird(t);
		await page.getByText('正在查找……').waitFor();
		await answer();
		await replyAfter(page, 2);
		await page.getByText('正在查找……').waitFor({ state: 'detached' });
		await eventually(() => page.locator('#log .mine').last().evaluate((node) =>
			node.getBoundingClientRect().top >= document.getElementById('scroll').getBoundingClientRect().top), true, 'the question in view');
	});

	/* Until the page stands still, for half a second: a busy machine pauses in the middle of a scroll. */
	async function readFurtherUp(page) {
		const from = await at(page);
		await page.hover('#scroll');
		await page.mouse.wheel(0, -1500);
		await page.waitForFunction((from) => {
			const { scrollTop } = document.getElementById('scroll');
			window.stillFor = scrollTop === window.lastTop ? (window.stillFor ?? 0) + 1 : 0;
			window.lastTop = scrollTop;
			return window.stillFor >= 5 && scrollTop < from;
		}, from, { polling: 100 });
	}

	await t.test('does_not_tear_away_who_reads_further_up_but_offers_itself', async (t) => {
		const { page, answer } = await waitForThird(t);
		await readFurtherUp(page);
		const before = await at(page);
		await answer();
		const offer = page.getByRole('button', { name: '看新回复' });
		await offer.waitFor();
		assert.strictEqual(await at(page), before);
		await page.screenshot({ path: path.join(PICTURES, 'newer.png') });
		await offer.click();
		await offer.waitFor({ state: 'detached' });
		await eventually(() => at(page), (now) => now > before, 'the new reply in view');
		await page.getByText('迟来的解答。').waitFor();
	});

	await t.test('is_not_offered_any_more_to_who_has_gone_there', async (t) => {
		const { page, answer } = await waitForThird(t);
		await readFurtherUp(page);
		await answer();
		const offer = page.getByRole('button', { name: '看新回复' });
		await offer.waitFor();
		await page.mouse.wheel(0, 100000);
		await offer.waitFor({ state: 'detached' });
	});

	await t.test('is_counted_in_the_title_while_another_tab_is_in_front', async (t) => {
		const { page, answer } = await waitForThird(t);
		const title = await page.title();
		const see = (state) => page.evaluate((value) => {
			Object.defineProperty(document, 'visibilityState', { value, configurable: true });
			document.dispatchEvent(new Event('visibilitychange'));
		}, state);
		await see('hidden');
		await answer();
		await replyAfter(page, 2);
		await eventually(() => page.title(), `（1条新回复）${title}`);
		await see('visible');
		await page.waitForFunction((usual) => document.title === usual, title);
	});
});

test('on paper', async (t) => {
	const { server, browser } = await withServer(t);

	await t.test('stand_the_questions_and_the_answers_unfolded_and_nothing_that_is_tapped', async (t) => {
		const page = await openPage(t, browser, server.url, { colorScheme: 'dark',
			prepare: (page) => page.addInitScript(() => localStorage.setItem('dayi-look', '{"theme":"dark"}')) });
		await ask(page, '获取不到信息');
		await page.locator('#log .choice').first().click();
		const card = await replyAfter(page, 1);
		const folded = card.getByRole('button', { name: /看怎么办/ });
		await folded.first().waitFor();
		const onScreen = await card.innerText();
		await page.emulateMedia({ media: 'print' });
		await page.screenshot({ path: path.join(PICTURES, 'print.png'), fullPage: true });
		await eventually(() => card.innerText(), (onPaper) => onPaper.split('建议：').length > onScreen.split('建议：').length, 'the advice is unfolded');
		await eventually(() => card.innerText(), /凭证号/);
		await eventually(() => page.locator('button:not(.choice):visible, textarea:visible').count(), 0);
		await eventually(() => page.evaluate(() => ['body', '.card', '.case'].map((one) => {
			const { color, backgroundColor } = getComputedStyle(document.querySelector(one === 'body' ? one : `#log ${one}`));
			return [color, backgroundColor].map((value) => /rgba?\((\d+)/.exec(value)[1] > 127 && !/, 0\)$/.test(value));
		})), [[false, false], [false, true], [false, false]], 'dark letters, no dark ground');
	});
});

test('with the colours of the system alone', async (t) => {
	const { server, browser } = await withServer(t);

	await t.test('what_is_mine_what_applies_and_what_is_chosen_have_an_edge', async (t) => {
		const page = await openPage(t, browser, server.url, { forcedColors: 'active', viewport: { width: 360, height: 900 } });
		await ask(page, '获取不到成绩');
		await tap(page, '开始自查');
		const card = await tap(page, '不合格');
		await card.locator('.rating button').first().scrollIntoViewIfNeeded();
		await eventually(() => page.evaluate(() => ['.mine', '.lead', '.tag.applies', '.choice.taken', '.card'].map((one) => {
			const node = document.querySelector(`#log ${one}`);
			return node ? parseFloat(getComputedStyle(node).borderTopWidth) > 0 : 'missing';
		})), (edges) => edges.every((edge) => edge === true || edge === 'missing'), 'edges');
		await page.screenshot({ path: path.join(PICTURES, 'forced-colors.png') });
	});
});
