/*
 * What the chat page says and does, in a real Chromium and over a real server.
 */
'use strict';

const assert = require('node:assert');
const { LIBRARY, ask, inEachBrowser, openPage, replyAfter, send, startServer, tap } = require('./harness.js');

const POPUP = '系统提示 × 您尚有未办结的申请事项，请等待办结后再进行申报 确定 取消';
const POPUP_ANSWER = '每一个身份证号对应一个申请事项，只有该事项办结后才能申请其它事项。';
const AMBIGUOUS = '获取不到信息';

async function paste(page, text) {
	await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
	await page.focus('#message');
	await page.keyboard.press('Control+V');
}

/* Asks for the scores of entry 7 and begins its self-check. */
async function beginCheck(page) {
	await page.fill('#message', '获取不到成绩');
	await send(page);
	return tap(page, '开始自查');
}

async function sendAll(page, texts) {
	for (const text of texts) {
		await page.fill('#message', text);
		await send(page);
	}
}

/* Fifty ways to smuggle an element in; %N is what an element that got through would be known by. */
function hostileTexts() {
	const shapes = [
		'<b id=x%N>', '<img id=x%N src=x onerror=window.hit=1>', '<script id=x%N>window.hit=1</script>',
		'<svg id=x%N onload=window.hit=1>', '"><i id=x%N>', '\'><i id=x%N>', '</p><i id=x%N>',
		'</textarea><i id=x%N>', '&lt;i id=x%N&gt;', '<a id=x%N href=javascript:window.hit=1>x</a>',
		'http://a.cn/"onclick="window.hit=1<i id=x%N>', 'javascript:window.hit=1//<i id=x%N>',
		'<iframe id=x%N srcdoc="<i>">', '<details id=x%N open ontoggle=window.hit=1>',
		'<!--><i id=x%N>', '<math><i id=x%N>', '<template><i id=x%N>', '<style id=x%N>*{display:none}</style>',
		'\u2028<i id=x%N>', '＜i id=x%N＞', '<input id=x%N autofocus onfocus=window.hit=1>',
		'<object id=x%N data=x>', '<form id=x%N><button>', '照片<i id=x%N>上传不了', '${window.hit=1}<i id=x%N>',
	];
	return [...shapes, ...shapes.map((shape) => `获取不到成绩 ${shape}`)]
		.map((shape, i) => shape.replaceAll('%N', i));
}

/* A reply with the text in every member that the page shows. */
function replyMadeOf(text, to) {
	const step = { what: text, who: text, where: text, from: text, until: text };
	const one = { id: text, label: text, situation: text, advice: text, verdict: 'applies', because: text,
		todo: [step] };
	const answer = { entry: text, number: text, question: text, case: text, answer: text,
		cases: [one, { ...one, id: '', verdict: 'excluded' }], said: [{ fact: text, question: text, answer: text }], source: { document: text, item: text, reviewed: text } };
	const choose = { outcome: 'choose', answers: [], choices: [{ question: text }], text };
	const next = { fact: text, question: text, why: text, options: [{ label: text, value: text }], number: text };
	const other = { outcome: 'answer', answers: [answer], choices: [], text };
	const asked = { ...other, outcome: 'ask', next };
	const offered = { ...other, next: { ...next, fact: 'self_check', number: null } };
	const plain = { outcome: 'decline', answers: [], choices: [], text };
	const reply = [choose, other, asked, offered, plain][Number(to.split('-')[1]) % 5];
	return { type: 'reply', to, next: null, ...reply, masked: false, receipt: text };
}

/* Answers as the server would, but with replies made of what was asked. */
function echoServer(socket) {
	socket.onMessage((frame) => {
		const message = JSON.parse(frame);
		const reply = message.type === 'hello' ? { type: 'welcome', session: 'x' }
			: replyMadeOf(message.text, message.id);
		socket.send(JSON.stringify(reply));
	});
}

/* Knows one token, keeps every hello, and opens a new session for each connection. */
function signInServer() {
	const server = { hellos: [], sockets: [] };
	server.serve = (socket) => {
		server.sockets.push(socket);
		socket.onMessage((frame) => {
			const message = JSON.parse(frame);
			if (message.type === 'hello') {
				server.hellos.push(message);
				socket.send(JSON.stringify(welcomeTo(message.token, server.sockets.length)));
			} else {
				socket.send(JSON.stringify({ ...QUESTION, to: message.id }));
			}
		});
	};
	return server;
}

function welcomeTo(token, session) {
	const welcome = { type: 'welcome', session: String(session), resumed: false, signed_in: token === 'good' };
	return token && !welcome.signed_in ? { ...welcome, sign_in: '登录凭证已过期。' } : welcome;
}

const QUESTION = {
	type: 'reply', outcome: 'ask', choices: [], text: '', masked: false, receipt: null,
	answers: [{ entry: 'x', number: 1, question: '标题', answer: '解答', cases: [], said: [] }],
	next: { fact: 'f', question: '有没有？', why: '要紧。', number: 1, options: [{ label: '有', value: 'y' }] },
};

/* Two cases: the second applies, with a step that has all its members. */
const VERDICT = {
	type: 'reply', outcome: 'answer', choices: [], text: '', next: null, masked: false, receipt: null,
	answers: [{
		entry: 'x', number: 1, question: '标题', case: '2', answer: '请排查：', said: [],
		cases: [
			{ id: '1', label: '情形1', situation: '甲情形。', advice: '甲办法。', verdict: 'excluded', because: '甲理由。', todo: [] },
			{ id: '2', label: '情形2', situation: '乙情形。', advice: '乙办法。', verdict: 'applies', because: '乙理由。',
				todo: [{ what: '办一件事。', who: '企业', where: '0371-00000000，http://a.example.cn',
					from: '2027-01-01', until: '2027-02-28' }] },
			{ id: '3', label: '情形3', situation: '丙情形。', advice: '丙办法。', verdict: 'unknown', because: '', todo: [] },
		],
	}],
};

function verdictServer(socket) {
	socket.onMessage((frame) => {
		const message = JSON.parse(frame);
		socket.send(JSON.stringify(message.type === 'hello' ? { type: 'welcome', session: 'x' }
			: { ...VERDICT, to: message.id }));
	});
}

async function assertNothingGotIn(page, count) {
	assert.strictEqual(await page.locator('[id^=x]').count(), 0);
	assert.strictEqual(await page.evaluate(() => window.hit), undefined);
	assert.strictEqual(await page.locator('#log .mine').count(), count);
	assert.strictEqual(await page.locator('#log a:not([href^="http"], [href^="tel:"])').count(), 0);
	const tags = await page.$$eval('#log *', (nodes) => [...new Set(nodes.map((node) => node.localName))]);
	const known = ['a', 'article', 'b', 'button', 'dd', 'div', 'dl', 'dt', 'footer', 'h3', 'h4', 'h5', 'li',
		'ol', 'p', 'section', 'span', 'ul'];
	assert.deepStrictEqual(tags.filter((tag) => !known.includes(tag)), []);
}

inEachBrowser('the chat page', async (t, { server, browser }) => {
	await t.test('a_pasted_popup_gets_the_words_of_its_entry', async (t) => {
		const page = await openPage(t, browser, server.url);
		await paste(page, POPUP);
		const card = await send(page);
		assert.match(await card.innerText(), /第2条/);
		assert.ok((await card.innerText()).includes(POPUP_ANSWER));
		assert.strictEqual(await page.inputValue('#message'), '');
	});

	await t.test('a_tapped_choice_is_answered', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.fill('#message', AMBIGUOUS);
		const choices = (await send(page)).locator('button.choice');
		assert.strictEqual(await choices.last().innerText(), '都不是');
		const question = await choices.first().innerText();
		await choices.first().click();
		const answer = await replyAfter(page, 1);
		assert.ok((await answer.locator('h3').innerText()).endsWith(question));
	});

	await t.test('a_number_beyond_the_choices_shows_them_again_and_says_so', async (t) => {
		const page = await openPage(t, browser, server.url);
		const offered = await (await ask(page, AMBIGUOUS)).locator('button.choice').allInnerTexts();
		const card = await ask(page, '7');
		assert.match(await card.innerText(), /没有这个选项/);
		assert.deepStrictEqual(await card.locator('button.choice').allInnerTexts(), offered);
		assert.match(await (await tap(page, '都不是')).getAttribute('class'), /decline/);
	});

	await t.test('hostile_text_never_becomes_an_element', async (t) => {
		const page = await openPage(t, browser, server.url);
		await sendAll(page, hostileTexts());
		await assertNothingGotIn(page, 50);
	});

	await t.test('a_hostile_reply_never_becomes_an_element', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: echoServer });
		await sendAll(page, hostileTexts());
		await assertNothingGotIn(page, 50);
	});

	await t.test('a_tapped_example_of_the_office_is_answered', async (t) => {
		const page = await openPage(t, browser, server.url);
		const examples = page.locator('#examples button');
		await examples.first().waitFor();
		assert.strictEqual(await page.title(), '安管人员考核业务答疑');
		/* Questions that were answered often before stand in front of them. */
		assert.ok(await examples.count() >= 6);
		await page.locator('#examples').getByRole('button', { name: '照片上传不了' }).click();
		const card = await replyAfter(page, 0);
		assert.match(await card.innerText(), /第9条/);
	});

	await t.test('four_thousand_characters_are_sent_and_answered_and_not_one_more', async (t) => {
		const page = await openPage(t, browser, server.url);
		await page.fill('#message', '😀'.repeat(4001));
		assert.strictEqual(await page.isDisabled('#send'), true);
		assert.match(await page.innerText('#counter'), /超出 1 字/);
		for (const text of ['😀'.repeat(4000), `${'照'.repeat(4000)}\n`]) {
			await page.fill('#message', text);
			assert.strictEqual(await page.isDisabled('#send'), false);
			assert.match(await (await send(page)).getAttribute('class'), /^card (?!error)/);
		}
	});

	await t.test('another_office_is_named_by_its_knowledge_folder_alone', async (t) => {
		const library = await startServer({ knowledge: LIBRARY });
		t.after(library.stop);
		const page = await openPage(t, browser, library.url);
		await page.locator('#contacts').waitFor();
		assert.strictEqual(await page.title(), '图书馆读者服务常见问题');
		assert.strictEqual(await page.innerText('h1'), '图书馆读者服务常见问题');
		assert.match(await page.innerText('#contacts'), /咨询电话 0371-00000000/);
		assert.strictEqual(await page.getAttribute('#contacts a', 'href'), 'tel:0371-00000000');
		assert.doesNotMatch(await page.content(), /安管|65250866/);
	});

	await t.test('without_the_offices_answer_the_page_can_be_used', async (t) => {
		const context = await browser.newContext();
		t.after(() => context.close());
		const page = await context.newPage();
		await page.route('**/api/v1/office', (route) => route.abort());
		await page.goto(server.url);
		await page.fill('#message', '照片上传不了');
		assert.match(await (await send(page)).innerText(), /第9条/);
		assert.strictEqual(await page.isVisible('#examples'), false);
	});

	await t.test('a_self_check_leads_by_tapping_from_the_offer_to_the_case_that_applies', async (t) => {
		const page = await openPage(t, browser, server.url);
		let card = await beginCheck(page);
		assert.match(await card.innerText(), /第1题\s+您的成绩是什么情况？\s+为什么问：/);
		assert.strictEqual(await card.getByRole('button', { name: '上一题' }).count(), 0);
		card = await tap(page, '合格，也没超过保留期限');
		assert.match(await card.locator('.said').innerText(), /您的成绩是什么情况？\s+合格，也没超过保留期限/);
		card = await tap(page, '跳过');
		card = await tap(page, '是');
		assert.match(await card.locator('.lead').innerText(),
			/符合您的情况\s*情形3：.*黑名单。[^]*接下来\s+向当地建设安全监督部门报告整改情况，并提请重新考核。/);
		assert.deepStrictEqual(await card.locator('.case h4').allInnerTexts(),
			['情形1\n还不能判断', '情形2\n不符合', '情形3\n符合']);
	});

	await t.test('a_self_check_goes_back_and_changes_an_earlier_answer', async (t) => {
		const page = await openPage(t, browser, server.url);
		await beginCheck(page);
		await tap(page, '合格，也没超过保留期限');
		let card = await tap(page, '上一题');
		assert.match(await card.innerText(), /第1题\s+您的成绩是什么情况？/);
		assert.strictEqual(await card.locator('.said').count(), 0);
		await tap(page, '合格，也没超过保留期限');
		await tap(page, '核对过，没有错');
		card = await tap(page, '修改第1题');
		assert.match(await card.locator('.ask').innerText(), /您的成绩是什么情况？/);
		card = await tap(page, '不合格');
		assert.match(await card.locator('.lead').innerText(), /情形2：[^]*重新参加考试或继续教育。/);
	});

	await t.test('a_number_that_is_no_option_is_told_above_the_question_that_is_asked_again', async (t) => {
		const page = await openPage(t, browser, server.url);
		await ask(page, '获取不到成绩');
		const first = await tap(page, '开始自查');
		assert.strictEqual(await first.locator('.notice').count(), 0);
		const again = await ask(page, '99');
		assert.match(await again.locator('.ask').innerText(), /^没有这个选项，请点选下面的一项，或者回复序号。\s+第1题/);
		assert.strictEqual(await (await tap(page, '不合格')).locator('.notice').count(), 0);
	});

	await t.test('an_option_can_not_be_tapped_once_the_conversation_went_on', async (t) => {
		const page = await openPage(t, browser, server.url);
		await beginCheck(page);
		const card = page.locator('#log .card').nth(1);
		const buttons = card.locator('button');
		assert.strictEqual(await card.locator('.ask button').count(), 5);
		await page.fill('#message', '公司已改名，取出来的还是旧名称');
		await send(page);
		assert.strictEqual(await buttons.count(), 0);
		assert.strictEqual(await page.locator('#log .card').first().locator('.offer').count(), 0);
		assert.strictEqual(await page.getByRole('button', { name: '开始自查' }).count(), 1);
	});

	await t.test('thanks_in_between_leave_the_question_to_be_answered', async (t) => {
		const page = await openPage(t, browser, server.url);
		await beginCheck(page);
		await page.fill('#message', '谢谢');
		await send(page);
		const option = page.getByRole('button', { name: '不合格', exact: true });
		await option.click();
		assert.match(await (await replyAfter(page, 3)).locator('.lead').innerText(), /情形2/);
		assert.strictEqual(await option.count(), 0);
	});

	await t.test('a_conversation_that_was_lost_takes_its_options_along', async (t) => {
		const fake = signInServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve });
		await page.fill('#message', '问');
		const card = await send(page);
		assert.strictEqual(await card.locator('.ask button').count(), 2);
		await fake.sockets[0].close();
		await card.getByRole('button').first().waitFor({ state: 'detached' });
		assert.strictEqual(await card.getByRole('button').count(), 0);
	});

	await t.test('the_case_that_applies_leads_and_says_who_acts_where_and_when', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: verdictServer });
		await page.fill('#message', '问');
		const card = await send(page);
		const lead = card.locator('.lead');
		assert.match(await lead.innerText(), new RegExp(['符合您的情况', '情形2：乙情形。', '乙理由。', '接下来', '办一件事。',
			'由谁办理\\s+企业', '办理渠道', '2027-01-01起可以办理，最迟2027-02-28'].join('[^]*')));
		assert.deepStrictEqual(await lead.locator('a').evaluateAll((links) => links.map((one) => one.href)),
			['tel:0371-00000000', 'http://a.example.cn/']);
		assert.deepStrictEqual(await card.locator('.case h4').allInnerTexts(),
			['情形1\n不符合', '情形2\n符合', '情形3\n还不能判断']);
	});

	await t.test('a_pasted_token_signs_in_for_this_tab_and_signing_out_clears_the_page', async (t) => {
		const fake = signInServer();
		const page = await openPage(t, browser, `${server.url}#trial`, { serve: fake.serve });
		await page.fill('#message', '问');
		await send(page);
		await page.fill('#token', ' good ');
		await page.keyboard.press('Enter');
		await page.locator('#account', { hasText: '已登录' }).waitFor();
		assert.strictEqual(await page.locator('#token').count(), 0);
		assert.strictEqual(page.url(), `${server.url}#trial`);
		assert.deepStrictEqual(fake.hellos.map((hello) => hello.token), [undefined, 'good']);
		await page.reload();
		await page.getByRole('button', { name: '退出' }).waitFor();
		await page.fill('#message', '问');
		await send(page);
		await page.getByRole('button', { name: '退出' }).click();
		await page.locator('#token').waitFor();
		assert.strictEqual(await page.locator('#log > *').count(), 0);
		assert.strictEqual(await page.evaluate(() => sessionStorage.length), 0);
		await page.waitForFunction(() => document.getElementById('status').textContent === '');
		assert.deepStrictEqual(fake.hellos.at(-1), { type: 'hello', after: 0 });
	});

	await t.test('a_refused_token_is_told_and_forgotten', async (t) => {
		const fake = signInServer();
		const page = await openPage(t, browser, `${server.url}#trial`, { serve: fake.serve });
		await page.fill('#token', 'stale');
		await page.keyboard.press('Enter');
		await page.locator('#refused', { hasText: '登录凭证已过期。' }).waitFor();
		assert.strictEqual(await page.innerText('#account'), '');
		assert.strictEqual(await page.evaluate(() => sessionStorage.length), 0);
	});

	await t.test('a_portal_page_of_the_same_origin_alone_can_sign_in', async (t) => {
		const fake = signInServer();
		const page = await openPage(t, browser, server.url, { serve: fake.serve });
		assert.strictEqual(await page.isVisible('#trial'), false);
		await page.evaluate(() => {
			const data = { type: 'dayi-token', token: 'stale' };
			dispatchEvent(new MessageEvent('message', { origin: 'https://elsewhere.example', data }));
			postMessage({ type: 'dayi-token', token: 'good' }, location.origin);
		});
		await page.locator('#account', { hasText: '已登录' }).waitFor();
		assert.ok(fake.hellos.every((hello) => hello.token !== 'stale'));
		assert.strictEqual(await page.evaluate(() => sessionStorage.length), 0);
	});

	await t.test('over_http_the_token_goes_as_a_header', async (t) => {
		const page = await openPage(t, browser, server.url, { serve: (socket) => socket.close() });
		let asked;
		await page.route('**/api/v1/ask', (route) => {
			asked = route.request();
			return route.fulfill({ json: { ...QUESTION, session: '1' } });
		});
		await page.evaluate(() => postMessage({ type: 'dayi-token', token: 'good' }, location.origin));
		await page.fill('#message', '问');
		await send(page);
		assert.strictEqual(asked.headers().authorization, 'Bearer good');
		assert.strictEqual(asked.url(), `${server.url}api/v1/ask`);
	});
});
