/*
 * What helps a person to ask, and what happens to a conversation on the way.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { CUT_OFF, ROOT, ask, inEachBrowser, kindOf, openPage, replyAfter, send, startServer, takePicture, tap } = require('./harness.js');

const PICTURES = path.join(ROOT, 'build/screenshots');

function picture(browser, name) {
	const folder = path.join(PICTURES, kindOf(browser));
	fs.mkdirSync(folder, { recursive: true });
	return path.join(folder, name);
}

const ANSWER = {
	type: 'reply', outcome: 'answer', choices: [], text: '', next: null, masked: false, receipt: 'A7KQ-2M9X',
	answers: [{
		entry: 'x', number: 1, question: '标题', answer: '解答', cases: [], said: [],
		related: ['only-an-id', { entry: 'y', question: '另一个问题' }],
	}],
};

/* Answers everything alike, and keeps what was asked and rated. */
function answerServer() {
	const server = { frames: [] };
	server.serve = (socket) => socket.onMessage((text) => {
		const frame = JSON.parse(text);
		server.frames.push(frame);
		const reply = { hello: { type: 'welcome', session: 's1' }, ask: { ...ANSWER, to: frame.id },
			rate: { type: 'rated', receipt: frame.receipt } }[frame.type];
		socket.send(JSON.stringify(reply));
	});
	server.of = (type) => server.frames.filter((frame) => frame.type === type);
	return server;
}

/* Six cases, of which none is known yet. */
function casesServer(socket) {
	const cases = [1, 2, 3, 4, 5, 6].map((number) => ({ id: `${number}`, label: `情形${number}`,
		situation: `第${number}种。`, advice: `办法${number}。`, verdict: 'unknown', because: '', todo: [] }));
	socket.onMessage((text) => {
		const frame = JSON.parse(text);
		socket.send(JSON.stringify(frame.type === 'hello' ? { type: 'welcome', session: 's1' }
			: { ...ANSWER, to: frame.id, answers: [{ ...ANSWER.answers[0], cases }] }));
	});
}

/* A certificate that runs out, and an entry that is for those whose one did not yet. */
function expiryServer(socket) {
	const valid = { id: '1', label: '可以延续', situation: '', advice: '', verdict: 'applies', because: '有效期至2026-12-05。',
		todo: [{ what: '提交延续申请。', who: '企业', where: '', from: null, until: '2026-12-05' }], changes: { on: '2026-12-06', verdict: 'excluded' } };
	const expired = { id: '1', label: '过期后延续', situation: '', advice: '', verdict: 'excluded', because: '还没有过期。', todo: [],
		changes: { on: '2026-12-06', verdict: 'applies' }, instead: { entry: 'y', number: 10, question: '快到期了可以延续吗？' } };
	socket.onMessage((text) => {
		const frame = JSON.parse(text);
		socket.send(JSON.stringify(frame.type === 'hello' ? { type: 'welcome', session: 's1' }
			: { ...ANSWER, to: frame.id, answers: [{ ...ANSWER.answers[0], related: [], cases: [frame.text === '快到期了可以延续吗？' ? valid : expired] }] }));
	});
}

const suggestions = (page) => page.locator('.suggestion');

inEachBrowser('asking', async (t, { server, browser }) => {
	await t.test('a_suggestion_is_chosen_with_the_keyboard_alone_and_answered', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#message').pressSequentially('照片');
		await suggestions(page).first().waitFor();
		assert.ok(await suggestions(page).count() <= 5);
		await page.keyboard.press('ArrowDown');
		const chosen = page.locator(`#${await page.getAttribute('#message', 'aria-activedescendant')}`);
		assert.strictEqual(await chosen.getAttribute('aria-selected'), 'true');
		const question = await chosen.innerText();
		assert.match(question, /照片/);
		const card = await send(page);
		assert.ok((await card.locator('h3').innerText()).endsWith(question));
		assert.strictEqual(await suggestions(page).count(), 0);
	});

	await t.test('escape_closes_the_suggestions_and_enter_then_sends_what_was_typed', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#message').pressSequentially('照片');
		await suggestions(page).first().waitFor();
		await page.keyboard.press('Escape');
		assert.strictEqual(await suggestions(page).count(), 0);
		await send(page);
		assert.match(await page.locator('#log .mine').innerText(), /照片$/);
	});

	const noInputMethod = kindOf(browser) === 'firefox' && 'WebDriver BiDi has no input method that composes';
	await t.test('nothing_is_suggested_while_an_input_method_composes', { skip: noInputMethod }, async (t) => {
		const asked = [];
		const page = await openPage(t, browser, server.url,
			{ prepare: (page) => page.route('**/api/v1/suggest*', (route) => { asked.push(route.request().url()); return route.continue(); }) });
		await page.focus('#message');
		const keyboard = await page.context().newCDPSession(page);
		await keyboard.send('Input.imeSetComposition', { text: 'zhaopian', selectionStart: 8, selectionEnd: 8 });
		await page.waitForTimeout(600);
		assert.deepStrictEqual(asked, []);
		await keyboard.send('Input.insertText', { text: '照片' });
		await suggestions(page).first().waitFor();
		assert.deepStrictEqual(asked.map((url) => decodeURIComponent(url.split('q=')[1])), ['照片']);
	});

	await t.test('a_question_in_the_address_is_asked_once', async (t) => {
		const page = await openPage(t, browser, `${server.url}?q=${encodeURIComponent('照片上传不了')}`);
		assert.match(await (await replyAfter(page, 0)).innerText(), /第9条/);
		assert.strictEqual(page.url(), server.url);
		await page.reload();
		await page.locator('#history .card').waitFor();
		assert.strictEqual(await page.locator('.mine').count(), 1);
	});

	await t.test('what_the_address_asked_begins_the_conversation_that_goes_on', async (t) => {
		const page = await openPage(t, browser, `${server.url}?q=${encodeURIComponent('获取不到成绩')}`);
		await replyAfter(page, 0);
		assert.match(await (await tap(page, '开始自查')).innerText(), /第1题/);
		assert.match(await (await tap(page, '不合格')).locator('.lead').innerText(), /情形2/);
	});

	await t.test('a_pasted_picture_is_declined_with_what_to_do_instead', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.evaluate(() => {
			const data = new DataTransfer();
			data.items.add(new File(['x'], 'popup.png', { type: 'image/png' }));
			const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
			Object.defineProperty(paste, 'clipboardData', { value: data });
			document.getElementById('message').dispatchEvent(paste);
		});
		await page.locator('#picture', { hasText: '图片和文件我现在还看不懂' }).waitFor();
		await page.fill('#message', '照片');
		assert.strictEqual(await page.innerText('#picture'), '');
	});

	await t.test('a_long_question_is_folded_and_unfolds', async (t) => {
		const page = await openPage(t, browser, server.url, { reducedMotion: 'reduce' });
		const text = `${'我想问一下。'.repeat(60)}照片上传不了`;
		const card = await ask(page, text);
		const mine = page.locator('#log .mine');
		assert.doesNotMatch(await mine.innerText(), /照片/);
		assert.ok(await card.evaluate((node) => node.getBoundingClientRect().top < document.getElementById('composer').getBoundingClientRect().top));
		await mine.getByRole('button', { name: '显示全文' }).click();
		assert.match(await mine.innerText(), /照片上传不了/);
		await mine.getByRole('button', { name: '收起' }).click();
		assert.doesNotMatch(await mine.innerText(), /照片/);
	});

	await t.test('the_self_check_is_offered_before_the_cases_and_the_related_questions', async (t) => {
		const page = await openPage(t, browser, server.url, { viewport: { width: 360, height: 640 }, reducedMotion: 'reduce' });
		const card = await ask(page, '获取不到成绩');
		const [top, offer, cases, related, above, composer] = await card.evaluate((node) => [
			node, ...['.offer .button', '.case', '.related'].map((selector) => node.querySelector(selector)),
			document.querySelector('#scroll'), document.querySelector('#composer'),
		].map((part) => part.getBoundingClientRect().top));
		assert.ok(offer < cases, `${offer} < ${cases}`);
		assert.ok(offer < related, `${offer} < ${related}`);
		assert.ok(offer - top < composer - above, `${offer} - ${top} < ${composer} - ${above}: without scrolling`);
	});

	await t.test('a_step_that_is_not_in_the_words_of_the_faq_is_marked', async (t) => {
		const page = await openPage(t, browser, server.url);
		await ask(page, '证书能延续吗');
		const after = await tap(page, '已经过期');
		assert.match(await after.locator('.steps').innerText(), /提示（非常见问题原文）：/);
		const other = await openPage(t, browser, server.url);
		await ask(other, '证书能延续吗');
		const before = await tap(other, '还没到期');
		assert.doesNotMatch(await before.locator('.steps').innerText(), /非常见问题原文/);
	});

	await t.test('a_telephone_is_told_to_use_a_computer_and_a_computer_is_not', async (t) => {
		const told = async (userAgent) => {
			const page = await openPage(t, browser, server.url, { prepare: (page) => page.addInitScript((agent) => {
				if (agent)
					Object.defineProperty(navigator, 'userAgent', { get: () => agent });
			}, userAgent) });
			const photo = await (await ask(page, '照片上传不了')).locator('.computer').allInnerTexts();
			assert.strictEqual(await (await ask(page, '证书过期还可以延续吗')).locator('.computer').count(), 0);
			return photo;
		};
		assert.deepStrictEqual(await told('Mozilla/5.0 (Linux; Android 14; V2244A) AppleWebKit/537.36 Chrome/124.0 Mobile Safari/537.36'),
			['手机上装不了IE浏览器。要用IE浏览器的步骤，请换一台Windows电脑办理。']);
		assert.deepStrictEqual(await told(''), []);
	});

	await t.test('all_thirteen_entries_are_listed_by_number_and_filtered_by_number_and_words', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.getByRole('button', { name: '全部问题' }).click();
		const listed = () => page.locator('#all-questions .choice').allInnerTexts();
		await page.locator('#filter').waitFor();
		assert.deepStrictEqual((await listed()).map((text) => Number(/^\d+/.exec(text)[0])), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
		await page.fill('#filter', '照片上传');
		assert.deepStrictEqual(await listed(), ['9. 系统无法上传照片？']);
		await page.fill('#filter', '12');
		assert.deepStrictEqual((await listed()).length, 1);
		await page.fill('#filter', '火星');
		assert.deepStrictEqual(await listed(), []);
		await page.getByText('没有相符的问题').waitFor();
		await page.fill('#filter', '');
		await page.getByRole('button', { name: /^11\. / }).click();
		assert.match(await (await replyAfter(page, 0)).innerText(), /第11条/);
	});

	await t.test('what_is_not_answered_leads_to_all_questions', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#examples').waitFor();
		const card = await ask(page, '今天天气怎么样');
		await card.getByRole('button', { name: '全部问题' }).click();
		await page.locator('#all-title:focus').waitFor();
		assert.strictEqual(await page.locator('#all-questions .choice').count(), 13);
	});

	await t.test('the_offices_examples_come_in_batches_with_other_questions', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.locator('#examples').waitFor();
		const first = await page.locator('#examples .choice').allInnerTexts();
		await page.getByRole('button', { name: '换一批' }).click();
		const second = await page.locator('#examples .choice').allInnerTexts();
		assert.strictEqual(new Set([...first, ...second]).size, 12);
	});

	await t.test('an_answer_is_copied_as_text_with_its_receipt', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: answerServer().serve });
		const card = await ask(page, '问');
		await card.getByRole('button', { name: '复制回答和凭证号', exact: true }).click();
		await card.getByRole('button', { name: '已复制回答和凭证号' }).waitFor();
		assert.strictEqual(await page.evaluate(() => navigator.clipboard.readText()),
			'第1条 标题\n解答\n\n凭证号 A7KQ-2M9X');
	});

	await t.test('related_questions_are_offered_by_their_words_and_asked_by_tapping', async (t) => {
		const fake = answerServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve });
		const card = await ask(page, '问');
		assert.deepStrictEqual(await card.locator('.related button').allInnerTexts(), ['另一个问题']);
		await card.locator('.related button').click();
		await replyAfter(page, 1);
		assert.deepStrictEqual(fake.of('ask').map((frame) => frame.text), ['问', '另一个问题']);
	});

	await t.test('a_verdict_tells_the_day_that_changes_it_and_leads_to_the_entry_that_is_meant_instead', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: expiryServer, viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' });
		const excluded = await ask(page, '过期了还能延续吗');
		assert.match(await excluded.locator('.case').innerText(), /还没有过期。\s+从2026-12-06起，这一条会变为“符合”。\s+您的情况请看：\s+快到期了可以延续吗？$/);
		await excluded.locator('.instead').scrollIntoViewIfNeeded();
		await takePicture(page, picture(browser, 'instead-320.png'));
		await excluded.getByRole('button', { name: '复制回答和凭证号', exact: true }).click();
		await excluded.getByRole('button', { name: '已复制回答和凭证号' }).waitFor();
		assert.match(await page.evaluate(() => navigator.clipboard.readText()),
			/判断依据：还没有过期。\n从2026-12-06起，这一条会变为“符合”。\n您的情况请看：第10条 快到期了可以延续吗？\n/);
		await excluded.getByRole('button', { name: '快到期了可以延续吗？' }).click();
		const applies = await replyAfter(page, 1);
		assert.match(await applies.locator('.lead').innerText(), /有效期至2026-12-05。\s+从2026-12-06起，这一条会变为“不符合”。\s+接下来/);
		await takePicture(page, picture(browser, 'changes-320.png'));
	});

	await t.test('who_is_in_another_entry_than_the_self_check_thought_gets_there_by_a_tap', async (t) => {
		const page = await openPage(t, browser, server.url, { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
		await ask(page, '第10条');
		await tap(page, '开始自查');
		const checked = await tap(page, '已经过期');
		await checked.locator('.instead').waitFor();
		await takePicture(page, picture(browser, 'instead.png'));
		assert.strictEqual(await checked.locator('.related').getByText('证书过期还可以延续吗？').count(), 0, 'offered once');
		const there = await tap(page, '证书过期还可以延续吗？');
		assert.match(await there.innerText(), /第11条/);
		assert.match(await there.innerText(), /不可以，证书过期信息就不存在，无法进行延续。/);
	});

	await t.test('a_bad_answer_is_rated_with_a_reason', async (t) => {
		const fake = answerServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve });
		const card = await ask(page, '问');
		await card.getByRole('button', { name: '没用' }).click();
		await card.getByRole('button', { name: '看不懂' }).click();
		await card.getByText('已记下，我们会改进。').waitFor();
		assert.deepStrictEqual(fake.of('rate').map(({ receipt, value, reason }) => [receipt, value, reason]),
			[['A7KQ-2M9X', 'down', undefined], ['A7KQ-2M9X', 'down', '看不懂']]);
	});

	await t.test('the_reasons_of_a_bad_answer_come_into_view_and_the_keyboard_stays_with_them', async (t) => {
		const page = await openPage(t, browser, server.url, { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
		await ask(page, '获取不到成绩');
		const card = await ask(page, '照片上传不了');
		await card.getByRole('button', { name: '没用' }).focus();
		await page.keyboard.press('Enter');
		const reason = card.getByRole('button', { name: '已过期' });
		await reason.waitFor();
		await page.waitForTimeout(300);
		const box = await reason.boundingBox();
		const bar = await page.locator('#composer').boundingBox();
		assert.ok(bar.y - (box.y + box.height) >= 16, `${bar.y} - ${box.y + box.height}`);
		await page.keyboard.press('Tab');
		assert.strictEqual(await page.locator(':focus').innerText(), '答非所问');
		await page.keyboard.press('Enter');
		await card.locator('.noted').waitFor();
		await page.locator('.noted:focus').waitFor();
	});

	await t.test('a_single_choice_is_asked_about_as_one', async (t) => {
		const choices = [{ entry: 'x', question: '照片上传不了？' }];
		const page = await openPage(t, browser, server.url, { serve: (socket) => socket.onMessage((text) => {
			const frame = JSON.parse(text);
			socket.send(JSON.stringify(frame.type === 'hello' ? { type: 'welcome', session: 's1' }
				: { ...ANSWER, to: frame.id, outcome: 'choose', answers: [], choices }));
		}) });
		assert.match(await (await ask(page, '问')).innerText(), /^您想问的是这个吗？\s+照片上传不了？\s+都不是/);
	});

	await t.test('a_long_list_of_cases_shows_its_situations_and_unfolds_what_to_do', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: casesServer });
		const card = await ask(page, '问');
		assert.match(await card.innerText(), /第6种。/);
		assert.doesNotMatch(await card.innerText(), /办法/);
		await card.getByRole('button', { name: '看怎么办（情形6）' }).click();
		assert.match(await card.innerText(), /办法6。/);
		assert.doesNotMatch(await card.innerText(), /办法5。/);
	});

	await t.test('whom_to_ask_is_what_the_office_lists_or_where_to_look_for_it', async (t) => {
		const office = { title: '标题', welcome: '您好', contacts: [], examples: [], knowledge: 'v' };
		const shown = async (contacts) => {
			const page = await openPage(t, browser, server.url, { serve: answerServer().serve,
				prepare: (page) => page.route('**/api/v1/office', (route) => route.fulfill({ json: { ...office, contacts } })) });
			await page.locator('#contacts').waitFor();
			return (await page.innerText('#contacts')).split(/\n+/);
		};
		assert.deepStrictEqual(await shown([]), ['这里没有登记联系方式，请查看受理单位公布的电话，或者到办事窗口询问。']);
		assert.deepStrictEqual(await shown([{ kind: 'wechat', label: '公众号', value: '某办' }, { kind: 'address', label: '地址', value: '一楼' }]),
			['联系方式：', '公众号 某办', '地址 一楼']);
	});

	await t.test('the_offices_popular_questions_come_in_batches', async (t) => {
		const popular = Array.from({ length: 8 }, (_, i) => `问题${i + 1}`);
		const office = { title: '标题', welcome: '您好', contacts: [], examples: ['例子'], popular, knowledge: 'v' };
		const page = await openPage(t, browser, server.url,
			{ serve: answerServer().serve, prepare: (page) => page.route('**/api/v1/office', (route) => route.fulfill({ json: office })) });
		await page.locator('#examples').waitFor();
		assert.deepStrictEqual(await page.locator('#examples .choice').allInnerTexts(), popular.slice(0, 6));
		await page.getByRole('button', { name: '换一批' }).click();
		assert.deepStrictEqual(await page.locator('#examples .choice').allInnerTexts(),
			[...popular.slice(6), ...popular.slice(0, 4)]);
	});
});

inEachBrowser('the conversation', async (t, { server, browser }) => {
	await t.test('goes_on_after_a_reload_and_is_not_read_out_again', async (t) => {
		const page = await openPage(t, browser, server.url);
		await ask(page, '获取不到成绩');
		await tap(page, '开始自查');
		await page.reload();
		const restored = page.locator('#history .card');
		await restored.last().getByRole('button', { name: '不合格', exact: true }).waitFor();
		assert.strictEqual(await restored.count(), 2);
		assert.strictEqual(await page.locator('#log > *').count(), 0);
		assert.strictEqual(await page.locator('[role=log] .card, [aria-live] .card').count(), 0);
		await restored.last().getByRole('button', { name: '不合格', exact: true }).click();
		assert.match(await (await replyAfter(page, 0)).locator('.lead').innerText(), /情形2/);
		assert.strictEqual(await page.evaluate(() => JSON.stringify(localStorage)), '{}');
	});

	await t.test('shows_and_keeps_what_was_typed_as_the_server_masked_it', async (t) => {
		const page = await openPage(t, browser, server.url);
		await ask(page, '我叫张三丰，身份证号110105194912310020，手机13800000017，获取不到成绩');
		const shown = (await page.locator('#log .mine').innerText()).replace(/^您说：\s*/, '');
		assert.match(shown, /^我叫张\**，身份证号[\d*]*\*{4}[\d*]*，手机[\d*]*\*{4}[\d*]*，获取不到成绩$/);
		await page.reload();
		await page.locator('#history .mine').waitFor();
		assert.ok((await page.locator('#history .mine').innerText()).endsWith(shown));
		assert.doesNotMatch(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])), /三丰|19491231|0000001/);
	});

	for (const [name, takeAway] of [
		['is_missing', () => { delete window.WebSocket; }],
		['throws', () => { window.WebSocket = function WebSocket() { throw new Error('forbidden'); }; }],
	])
		await t.test(`is_held_over_http_at_once_where_the_websocket_${name}`, async (t) => {
			const page = await openPage(t, browser, server.url, { prepare: async (page) => {
				await page.clock.install();
				await page.addInitScript(takeAway);
			} });
			assert.match(await (await ask(page, '照片上传不了')).innerText(), /第9条/);
			await ask(page, '获取不到成绩');
			assert.match(await (await tap(page, '开始自查')).innerText(), /第1题/);
		});

	await t.test('is_held_over_http_three_seconds_after_a_websocket_that_forwards_nothing', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: () => undefined, prepare: (page) => page.clock.install() });
		await page.fill('#message', '照片上传不了');
		await page.keyboard.press('Enter');
		await page.locator('#log .mine').waitFor();
		await page.clock.runFor(3500);
		assert.match(await (await replyAfter(page, 0)).innerText(), /第9条/);
	});

	await t.test('that_is_too_long_for_the_storage_says_after_a_reload_how_much_was_kept', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: answerServer().serve, prepare: (page) => page.addInitScript(() => {
			const { setItem } = Storage.prototype;
			Storage.prototype.setItem = function keep(key, value) {
				if (value.length > 2500)
					throw new Error('full');
				setItem.call(this, key, value);
			};
		}) });
		for (let i = 0; i < 12; i++)
			await ask(page, `第${i}问`);
		await page.reload();
		await page.locator('#history .card').first().waitFor();
		const kept = await page.locator('#history .mine').count();
		assert.ok(kept > 0 && kept < 12);
		assert.strictEqual(await page.innerText('#dropped'), `刷新后只保留最近${kept}次问答，更早的${12 - kept}次没有保留。`);
	});

	await t.test('of_two_tabs_are_two', async (t) => {
		const page = await openPage(t, browser, server.url);
		await ask(page, '获取不到成绩');
		const other = await page.context().newPage();
		await other.goto(server.url);
		await ask(other, '照片上传不了');
		assert.match(await (await tap(page, '开始自查')).innerText(), /第1题/);
		assert.strictEqual(await other.locator('.card.answer, .card.ask').count(), 1);
	});

	await t.test('outlives_a_restart_of_the_server_and_sends_every_question_once', async (t) => {
		const first = await startServer();
		const page = await openPage(t, browser, first.url, { expected: CUT_OFF });
		await ask(page, '照片上传不了');
		await first.stop();
		await page.locator('#status', { hasText: '已断开' }).waitFor();
		await page.fill('#message', '获取不到成绩');
		await page.keyboard.press('Enter');
		await page.getByText('还没连上').waitFor();
		const second = await startServer({ port: first.port });
		t.after(second.stop);
		assert.match(await (await replyAfter(page, 1)).innerText(), /第7条/);
		assert.strictEqual(await page.locator('#log .mine').count(), 2);
		assert.strictEqual(await page.locator('#log .card').count(), 2);
		assert.strictEqual(await page.innerText('#status'), '');
	});
});

/* A server with the sample records, and what it takes as the token of an applicant. */
async function startWithRecords(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-browser-records-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const at = (name) => path.join(folder, name);
	execFileSync(process.env.DAYI_BIN, ['records', 'import', '--out', at('records.db'), path.join(ROOT, 'samples/records')]);
	const server = await startServer({
		lines: ['[record]', `file = ${at('records.db')}`, '[sign_in]', `key_file = ${at('token.key')}`,
			'[audit]', `file = ${at('audit.db')}`, `key_file = ${at('audit.key')}`],
	});
	t.after(server.stop);
	const tokenOf = (idNumber) => execFileSync(process.env.DAYI_BIN,
		['token', '--id-number', idNumber, '--key', at('token.key'), '--valid-for', '600'], { encoding: 'utf8' }).trim();
	return { server, tokenOf };
}

inEachBrowser('who signs in', async (t, { browser }) => {
	const { server, tokenOf } = await startWithRecords(t);

	async function openSignedIn(t, idNumber) {
		const page = await openPage(t, browser, `${server.url}#trial`, { viewport: { width: 800, height: 1200 } });
		await page.fill('#token', tokenOf(idNumber));
		await page.locator('#token').press('Enter');
		await page.locator('#account', { hasText: '已登录' }).waitFor();
		return page;
	}

	await t.test('with_a_token_gets_the_diagnosis', async (t) => {
		/* samples/README.md: first exam passed on 2023-05-06, void since 2025-05-06. */
		const page = await openSignedIn(t, '419900198612010198');
		const card = await ask(page, '获取不到成绩');
		assert.match(await card.locator('.lead').innerText(), /情形2[^]*2023-05-06[^]*2025-05-06/);
	});

	await t.test('is_told_that_nothing_fits_and_why_and_whom_to_ask_before_the_words_for_everybody', async (t) => {
		/* samples/README.md: the only application was finished on 2026-11-10. */
		const page = await openSignedIn(t, '419900199112120336');
		const card = await ask(page, '您尚有未办结的申请事项，请等待办结后再进行申报');
		const text = await card.innerText();
		const places = ['按目前掌握的信息，这一条说的情况您都不符合。', '没有查到您有未办结的申请事项', '2026-11-10', '问题还没解决的话，请联系工作人员咨询：',
			'0371-65250866', '常见问题里的统一答复', '每一个身份证号对应一个申请事项，只有该事项办结后才能申请其它事项。'].map((part) => text.indexOf(part));
		assert.ok(!places.includes(-1), text);
		assert.deepStrictEqual(places, [...places].sort((a, b) => a - b));
		await card.locator('.receipt').scrollIntoViewIfNeeded();
		await takePicture(page, picture(browser, 'nothing-fits-record.png'));
	});
});

/* Hands a token to the page as soon as that listens. */
const PORTAL = (url) => `<!doctype html><title>portal</title><iframe title="chat" src="${url}" width="400" height="600"></iframe>
<script>addEventListener('message', (event) => {
	if (event.data.type === 'dayi-ready') event.source.postMessage({ type: 'dayi-token', token: 'good' }, '${new URL(url).origin}');
});</script>`;

async function startPortal(t) {
	const portal = { framed: '' };
	const server = http.createServer((request, response) => {
		response.setHeader('Content-Type', 'text/html');
		response.end(PORTAL(portal.framed));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.after(() => server.close());
	portal.origin = `http://127.0.0.1:${server.address().port}`;
	return portal;
}

inEachBrowser('the page in a frame', async (t, { browser }) => {
	const listed = await startPortal(t);
	const other = await startPortal(t);
	const server = await startServer({ embedOrigins: [listed.origin, other.origin] });
	t.after(server.stop);
	const office = { title: '标题', welcome: '您好', contacts: [], examples: [], knowledge: 'v', embed_origins: [listed.origin] };

	for (const [name, portal, signedIn] of [['takes_the_token_of_a_listed_origin', listed, true],
		['takes_no_token_of_another_origin', other, false]])
		await t.test(name, async (t) => {
			const fake = answerServer();
			portal.framed = server.url;
			const page = await openPage(t, browser, portal.origin, {
				serve: fake.serve,
				expected: /favicon/,
				prepare: (page) => page.route('**/api/v1/office', (route) => route.fulfill({ json: office })),
			});
			const frame = page.frameLocator('iframe');
			await frame.locator('h1', { hasText: '标题' }).waitFor();
			await frame.locator('#message').fill('问');
			await frame.locator('#message').press('Enter');
			await frame.locator('#log .card').waitFor();
			assert.strictEqual(fake.of('hello').some((hello) => hello.token === 'good'), signedIn);
		});

	await t.test('is_shown_by_no_page_of_an_origin_that_is_not_listed', async (t) => {
		const unlisted = await startPortal(t);
		unlisted.framed = server.url;
		const page = await openPage(t, browser, unlisted.origin, { expected: /frame-ancestors|favicon/ });
		await page.waitForLoadState();
		assert.strictEqual(await page.frameLocator('iframe').locator('#app, #message').count(), 0);
	});
});
