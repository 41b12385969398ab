/*
 * The chat page: questions go to the server over WebSocket (dayi.chat.v1), or over HTTP where no
 * WebSocket can be opened; replies become cards. Text from the server or the person only ever
 * enters the page as text nodes.
 */

const MESSAGE_MOST = 4000; // code points of what is sent, as the server counts them
const COUNTER_FROM = 3600; // below this nobody needs the counter
let session; // of the server; a reload begins a new conversation, as its page is empty too

const page = Object.fromEntries(
	['log', 'scroll', 'composer', 'message', 'send', 'counter', 'status', 'handoff',
		'title', 'welcome', 'examples', 'examples-list', 'contacts']
		.map((id) => [id, document.getElementById(id)]));

/* ---- Elements ---- */

function element(tag, className, ...children) {
	const node = document.createElement(tag);
	if (className)
		node.className = className;
	node.append(...children);
	return node;
}

function button(label, className, onTap) {
	const node = element('button', className, label);
	node.type = 'button';
	node.addEventListener('click', () => onTap(node));
	return node;
}

/* Web addresses end at the first character that is not ASCII, Chinese punctuation included. */
const LINKS = /https?:\/\/[\w.~:\/?#@!$&*+,;=%-]+|\b(?:0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|1[3-9]\d{9})\b/g;

function link(text) {
	const anchor = element('a', '', text);
	const web = text.startsWith('http');
	anchor.href = web ? text : `tel:${text}`;
	if (web) {
		anchor.target = '_blank';
		anchor.rel = 'noopener noreferrer';
	}
	return anchor;
}

/* The text as nodes, with addresses and phone numbers as links. */
function linked(text) {
	const nodes = [];
	let end = 0;
	for (const match of text.matchAll(LINKS)) {
		const found = match[0].replace(/[.,;:!?]+$/, '');
		nodes.push(text.slice(end, match.index), link(found));
		end = match.index + found.length;
	}
	nodes.push(text.slice(end));
	return nodes;
}

function words(text) {
	return element('p', 'words', ...linked(text));
}

/* ---- Replies ---- */

const VERDICTS = { applies: '符合您的情况', excluded: '不符合您的情况' };

function caseLabel(one) {
	return one.label || `情形${one.id}`;
}

function caseItem(one, named) {
	const item = element('li', named ? 'case named' : 'case');
	const head = element('h4', '', caseLabel(one));
	if (VERDICTS[one.verdict])
		head.append(element('span', 'tag', VERDICTS[one.verdict]));
	item.append(head, words(one.situation || ''));
	if (one.because)
		item.append(words(one.because));
	if (one.advice)
		item.append(element('p', 'words advice', element('b', '', '建议：'), ...linked(one.advice)));
	return item;
}

/* The named case comes first; the others follow in the order of the FAQ. */
function caseList(answer) {
	const named = answer.cases.find((one) => one.id === answer.case);
	const others = answer.cases.filter((one) => one !== named);
	const rest = element('ul', 'cases', ...others.map((one) => caseItem(one, false)));
	if (!named)
		return [rest];
	const first = element('ul', 'cases', caseItem(named, true));
	const pointer = element('p', 'pointer', `您说的更像${caseLabel(named)}：`);
	return others.length ? [pointer, first, element('p', 'label', '其余情形：'), rest] : [pointer, first];
}

function sourceLine(source) {
	const parts = [];
	if (source && source.document)
		parts.push(`出处：${source.document}${source.item ? ` 第${source.item}条` : ''}`);
	if (source && source.reviewed)
		parts.push(`核对日期 ${source.reviewed}`);
	parts.push('以受理部门的要求为准');
	return element('p', 'source', parts.join('　'));
}

function answerSection(answer) {
	const section = element('section', 'answer');
	const label = answer.number ? `常见问题第${answer.number}条` : '常见问题';
	section.append(element('h3', 'question', element('span', 'label', label), answer.question || ''));
	if (answer.answer)
		section.append(words(answer.answer));
	if (answer.cases && answer.cases.length)
		section.append(...caseList(answer));
	else if (!answer.answer)
		section.append(words('这个问题已列入常见问题，但还没有给出解答。请点上方“转人工”，向工作人员咨询。'));
	section.append(sourceLine(answer.source));
	return section;
}

/* Buttons that say their label for the person; once one is tapped it stays marked. */
function choiceList(labels) {
	const list = element('ul', 'choices');
	const items = labels.map((label) => element('li', '', button(label, 'choice', (tapped) => {
		tapped.classList.add('taken');
		ask(label);
	})));
	list.append(...items);
	return list;
}

function choiceParts(reply) {
	if (reply.outcome === 'choose' && reply.choices && reply.choices.length) {
		const labels = reply.choices.map((choice) => choice.question);
		return [words('您想问的是下面哪一个？点一下就行。'), choiceList([...labels, '都不是'])];
	}
	if (reply.next)
		return [words(reply.next.question), choiceList((reply.next.options || []).map((option) => option.label))];
	return [];
}

const PLAIN_TEXTS = {
	busy: '现在问的人有点多，请稍等一会儿再试。',
	error: '抱歉，系统出了点问题，没能答上来。请稍后再试。',
};

const WITH_RECEIPT = ['answer', 'decline', 'handoff', 'error'];

function replyCard(reply) {
	const card = element('article', `card ${reply.outcome}`);
	if (reply.masked)
		card.append(element('p', 'notice', '您输入的证件号已隐去。请勿输入身份证号等个人信息。'));
	card.append(...(reply.answers || []).map(answerSection), ...choiceParts(reply));
	if (card.childElementCount === (reply.masked ? 1 : 0))
		card.append(words(reply.text || PLAIN_TEXTS[reply.outcome] || PLAIN_TEXTS.error));
	if (reply.receipt && WITH_RECEIPT.includes(reply.outcome))
		card.append(element('p', 'receipt', `凭证号 ${reply.receipt}`));
	return card;
}

/* ---- The conversation ---- */

const pending = new Map(); // id → what was asked and is not yet answered
const pageId = Date.now().toString(36);
let asked = 0;

/*
 * What the server masked is masked on the screen too: runs of nine or more letters and digits, as
 * every certificate, firm or telephone number is; the whole message where none is found.
 */
function withoutNumbers(text) {
	const runs = /[0-9０-９A-Za-z](?:[ \-()（）]?[0-9０-９A-Za-z]){8,}/g;
	const masked = text.replace(runs, (run) => (/[0-9０-９]{4}/.test(run) ? '［已隐去］' : run));
	return masked === text ? '［含证件号，已隐去］' : masked;
}

/* The question to the top, so that a long answer is read from its beginning. */
function showFrom(node) {
	node.scrollIntoView({ block: 'start' });
}

function ask(text) {
	const id = `${pageId}-${++asked}`;
	const question = element('p', 'mine', element('span', 'hidden-label', '您说：'), text);
	const waiting = element('p', 'waiting', '正在查找……');
	waiting.setAttribute('aria-hidden', 'true');
	page.log.append(question, waiting);
	pending.set(id, { id, text, question, waiting, tries: 0 });
	showFrom(question);
	deliver(pending.get(id));
}

function receive(id, reply) {
	const item = pending.get(id);
	if (!item)
		return;
	pending.delete(id);
	if (reply.masked)
		item.question.lastChild.data = withoutNumbers(item.text);
	item.waiting.replaceWith(replyCard(reply));
	showFrom(item.question);
}

/* ---- The connection ---- */

const TRIES_BEFORE_HTTP = 3;
const TRIES_MOST = 5; // of one question: more would only break the line again
const BACKOFF_MOST_MS = 30000;
const SILENCE_MOST_MS = 15000; // a reply takes milliseconds: after this the line is dead

let socket = null;
let ready = false; // the server said welcome
let failures = 0; // attempts in a row that opened no WebSocket
let retryTimer = 0;
let silenceTimer = 0;

function showStatus(text) {
	if (page.status.textContent !== text)
		page.status.textContent = text;
}

function deliver(item) {
	if (ready)
		sendOver(socket, item);
	else if (failures >= TRIES_BEFORE_HTTP)
		post(item);
}

function sendOver(open, item) {
	if (++item.tries > TRIES_MOST) {
		receive(item.id, { outcome: 'error' });
		return;
	}
	open.send(JSON.stringify({ type: 'ask', id: item.id, text: item.text }));
	expectWord(open);
}

/* A line that should speak and does not is given up: a sleeping phone leaves such lines behind. */
function expectWord(from) {
	clearTimeout(silenceTimer);
	silenceTimer = setTimeout(lost, SILENCE_MOST_MS, from);
}

function connect() {
	clearTimeout(retryTimer);
	if (failures < TRIES_BEFORE_HTTP)
		showStatus(failures ? '已断开，正在重连……' : '正在连接……');
	const url = new URL('chat', location.href);
	url.protocol = url.protocol.replace('http', 'ws');
	const opening = new WebSocket(url, 'dayi.chat.v1');
	socket = opening;
	opening.onopen = () => opening.send(JSON.stringify({ type: 'hello', resume: session }));
	opening.onmessage = (event) => opening === socket && handle(JSON.parse(event.data));
	opening.onclose = () => lost(opening);
	expectWord(opening);
}

function handle(message) {
	if (message.type === 'welcome')
		welcome(message);
	else if (message.type === 'reply')
		receive(message.to, message);
	else if (message.type === 'error')
		receive(message.to, { outcome: 'error', text: message.text });
	if (pending.size === 0)
		clearTimeout(silenceTimer);
}

function welcome(message) {
	session = message.session;
	ready = true;
	failures = 0;
	showStatus('');
	pending.forEach(deliver);
	if (officeVersion !== null && officeVersion !== message.knowledge)
		askForOffice();
}

function lost(which) {
	if (which !== socket)
		return;
	socket = null;
	ready = false;
	failures++;
	clearTimeout(silenceTimer);
	which.close();
	if (failures < TRIES_BEFORE_HTTP)
		showStatus('已断开，正在重连……');
	else
		useHttp();
	const most = Math.min(BACKOFF_MOST_MS, 500 * 2 ** failures);
	retryTimer = setTimeout(connect, most * (0.5 + Math.random() / 2));
}

function reconnectNow() {
	if (!socket && document.visibilityState === 'visible')
		connect();
}

function useHttp() {
	pending.forEach(deliver);
	fetch(new URL('healthz', location.href), { cache: 'no-store' })
		.then(() => showStatus(''), () => showStatus('已断开，正在重连……'));
}

/* One question over HTTP. Without an answer it stays pending, and the next attempt sends it again. */
async function post(item) {
	if (item.posting)
		return;
	item.posting = true;
	try {
		const response = await fetch(new URL('api/v1/ask', location.href), {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ text: item.text, session }),
		});
		const reply = await response.json();
		showStatus('');
		session = reply.session || session;
		receive(item.id, reply.outcome ? reply : { outcome: 'error' });
	} catch {
		showStatus('已断开，正在重连……');
	}
	item.posting = false;
}

/* ---- The office ---- */

let officeVersion = null; // of the knowledge that the page speaks of; null while it is asked for

function contactLine(contact) {
	const text = `${contact.label} ${contact.value}`;
	return contact.kind === 'phone' || contact.kind === 'url' ? linked(text) : [text];
}

function fillPage(office) {
	document.title = office.title;
	page.title.textContent = office.title;
	page.welcome.textContent = office.welcome;
	page['examples-list'].replaceChildren(...office.examples.map((example) =>
		element('li', '', button(example, 'choice', () => ask(example)))));
	page.examples.hidden = office.examples.length === 0;
	page.contacts.replaceChildren('联系方式：', ...office.contacts.flatMap((contact, i) =>
		[i ? '；' : '', ...contactLine(contact)]));
	page.contacts.hidden = office.contacts.length === 0;
}

/* The page can be used without it: then it names no office, no examples and no contacts. */
async function askForOffice() {
	officeVersion = null;
	try {
		const response = await fetch(new URL('api/v1/office', location.href));
		const office = await response.json();
		if (response.ok)
			fillPage(office);
		officeVersion = office.knowledge || '';
	} catch {
		officeVersion = '';
	}
}

/* ---- The field ---- */

function remaining() {
	return MESSAGE_MOST - Array.from(page.message.value.trim()).length;
}

function fitField() {
	page.message.style.height = 'auto';
	page.message.style.height = `${page.message.scrollHeight + 2}px`;
	const left = remaining();
	page.counter.textContent = left < 0 ? `超出 ${-left} 字，请删减`
		: left <= MESSAGE_MOST - COUNTER_FROM ? `还可输入 ${left} 字` : '';
	page.counter.classList.toggle('over', left < 0);
	page.send.disabled = left < 0;
}

function submit() {
	const text = page.message.value.trim();
	if (!text || remaining() < 0)
		return;
	page.message.value = '';
	fitField();
	ask(text);
	/* On a phone the keyboard would cover the answer. */
	if (matchMedia('(hover: hover)').matches)
		page.message.focus();
	else
		page.message.blur();
}

/* While an input method composes, Enter belongs to it (229 is what older engines report then). */
function onKey(event) {
	if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229)
		return;
	event.preventDefault();
	submit();
}

function start() {
	page.composer.addEventListener('submit', (event) => {
		event.preventDefault();
		submit();
	});
	page.message.addEventListener('keydown', onKey);
	page.message.addEventListener('input', fitField);
	page.handoff.addEventListener('click', () => ask('转人工'));
	addEventListener('online', reconnectNow);
	document.addEventListener('visibilitychange', reconnectNow);
	fitField();
	askForOffice();
	connect();
}

start();
