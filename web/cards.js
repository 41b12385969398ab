/*
 * A reply as a card. Text from the server only ever enters the page as text nodes.
 *
 * What can be tapped only as long as the conversation stands where the reply left it is marked
 * `data-once`: spendCard() takes it away.
 */

/* ---- Elements ---- */

export function element(tag, className, ...children) {
	const node = document.createElement(tag);
	if (className)
		node.className = className;
	node.append(...children);
	return node;
}

export function button(label, className, onTap) {
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
export function linked(text) {
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

function titled(title, text) {
	return element('p', 'words', element('b', '', title), ...linked(text));
}

function once(node) {
	node.dataset.once = '';
	return node;
}

/* While the next reply is awaited nothing more can be tapped. */
export function pauseCard(card, paused) {
	for (const node of card.querySelectorAll('[data-once] button, button[data-once]'))
		node.disabled = paused;
	if (!paused)
		card.querySelectorAll('[data-once] .taken').forEach((node) => node.classList.remove('taken'));
}

export function spendCard(card) {
	card.querySelectorAll('[data-once]').forEach((node) => node.remove());
}

/* ---- 情形 ---- */

const VERDICTS = { applies: '符合', excluded: '不符合', unknown: '还不能判断' };

function caseLabel(one) {
	return one.label || `情形${one.id}`;
}

function verdictTag(verdict) {
	return element('span', `tag ${verdict}`, VERDICTS[verdict]);
}

function caseItem(one, judged, className = '') {
	const verdict = VERDICTS[one.verdict] ? one.verdict : 'unknown';
	const item = element('li', ['case', judged ? verdict : '', className].filter(Boolean).join(' '));
	const head = element('h4', '', caseLabel(one));
	if (judged)
		head.append(verdictTag(verdict));
	item.append(head);
	if (one.situation)
		item.append(words(one.situation));
	if (one.advice)
		item.append(titled('建议：', one.advice));
	if (judged && one.because)
		item.append(titled('判断依据：', one.because));
	return item;
}

function caseItems(cases, judged) {
	return element('ul', 'cases', ...cases.map((one) => caseItem(one, judged)));
}

/* What the message itself gave away comes first, where nothing better is known. */
function unjudgedCases(answer) {
	const named = answer.cases.find((one) => one.id === answer.case);
	const others = answer.cases.filter((one) => one !== named);
	if (!named)
		return [caseItems(others, false)];
	const first = element('ul', 'cases', caseItem(named, false, 'named'));
	const pointer = element('p', 'pointer', `您说的更像${caseLabel(named)}：`);
	return others.length ? [pointer, first, element('p', 'label', '其余情形：'), caseItems(others, false)]
		: [pointer, first];
}

/* ---- The case that applies ---- */

function stepItem(step) {
	const when = [step.from && `${step.from}起可以办理`, step.until && `最迟${step.until}`];
	const facts = [
		['由谁办理', step.who],
		['办理渠道', step.where],
		['办理时间', when.filter(Boolean).join('，')],
	];
	return element('li', '', words(step.what), element('dl', 'facts',
		...facts.filter(([, value]) => value).map(([name, value]) => element('div', '',
			element('dt', '', name), element('dd', '', ...linked(value))))));
}

function leadSection(one) {
	const title = [caseLabel(one), one.situation].filter(Boolean).join('：');
	const section = element('section', 'lead',
		element('h4', '', element('span', 'tag applies', '符合您的情况'), title));
	if (one.because)
		section.append(words(one.because));
	if (one.todo && one.todo.length)
		section.append(element('h5', '', '接下来'), element('ol', 'steps', ...one.todo.map(stepItem)));
	else if (one.advice)
		section.append(element('h5', '', '接下来'), words(one.advice));
	return section;
}

/* An answer as its parts see it: what is known of its cases, and how the office wrote them. */
function readAnswer(answer) {
	const cases = answer.cases || [];
	const said = answer.said || [];
	const printed = cases.some((one) => one.situation);
	const known = (one) => one.verdict !== 'unknown' || one.because;
	const judged = said.length > 0 || cases.some(known);
	return {
		answer, cases, said, printed, judged,
		leads: cases.filter((one) => one.verdict === 'applies'),
		claims: printed || !judged ? [] : cases.filter((one) => one.verdict !== 'applies'),
	};
}

/* Where the asking is over and no case was found. */
function openWords({ cases }) {
	return cases.every((one) => one.verdict === 'excluded')
		? '按目前知道的，下面的情形都不符合。请再核对一遍，或点上方“转人工”咨询。'
		: '按目前知道的，还不能确定是哪种情形。请对照下面各条排查，或点上方“转人工”咨询。';
}

function verdictParts(read, asks) {
	const parts = read.leads.map(leadSection);
	if (read.claims.length)
		parts.push(caseItems(read.claims, true));
	else if (read.printed && read.judged && !read.leads.length && !asks)
		parts.push(words(openWords(read)));
	return parts;
}

/* ---- The question back ---- */

/* Buttons that say their label for the person; the one that was tapped stays marked. */
function choiceItems(labels, say) {
	return labels.map((label) => element('li', '', button(label, 'choice', (tapped) => {
		tapped.classList.add('taken');
		say(label);
	})));
}

function questionSection(next, say) {
	const title = element('h4', '', ...linked(next.question));
	if (next.number)
		title.prepend(element('span', 'label', `第${next.number}题`));
	const section = element('section', 'ask', title);
	if (next.why)
		section.append(once(element('p', 'why', `为什么问：${next.why}`)));
	const labels = (next.options || []).map((option) => option.label);
	const move = element('div', 'move', button('跳过', 'button plain', () => say('跳过')));
	if (next.number > 1)
		move.prepend(button('上一题', 'button plain', () => say('上一题')));
	section.append(once(element('ul', 'choices', ...choiceItems(labels, say))), once(move));
	return section;
}

function isOffer(next) {
	return Boolean(next) && next.fact === 'self_check';
}

function offerSection(next, say) {
	const section = element('section', 'offer', element('p', 'offer-title', next.question));
	for (const option of next.options || [])
		section.append(button(option.label, 'button primary', () => say(option.label)));
	if (next.why)
		section.append(element('p', 'why', next.why));
	return once(section);
}

function saidItem(one, index, say) {
	const change = button('修改', 'button plain', () => say(`改第${index + 1}题`));
	change.setAttribute('aria-label', `修改第${index + 1}题`);
	return element('li', '', element('p', '', element('span', 'label', `${index + 1}. ${one.question}`),
		one.answer || '跳过了'), once(change));
}

function saidSection(said, say) {
	return element('section', 'said', element('h5', '', '您的回答'),
		element('ol', '', ...said.map((one, index) => saidItem(one, index, say))));
}

/* ---- The answer ---- */

function sourceLine(source) {
	const parts = [];
	if (source && source.document)
		parts.push(`出处：${source.document}${source.item ? ` 第${source.item}条` : ''}`);
	if (source && source.reviewed)
		parts.push(`核对日期 ${source.reviewed}`);
	parts.push('以受理部门的要求为准');
	return element('p', 'source', parts.join('　'));
}

/* What the office wrote, in its order. */
function officeParts(read) {
	const { answer } = read;
	const parts = answer.answer ? [words(answer.answer)] : [];
	if (answer.answer && !read.printed && (read.leads.length || read.claims.length))
		parts.unshift(element('p', 'label', '解答原文'));
	if (read.printed)
		parts.push(...(read.judged ? [caseItems(read.cases, true)] : unjudgedCases(answer)));
	else if (!answer.answer)
		parts.push(words('这个问题已列入常见问题，但还没有给出解答。请点上方“转人工”，向工作人员咨询。'));
	parts.push(sourceLine(answer.source));
	return parts;
}

function countWords({ cases, printed }) {
	if (!printed)
		return '查看解答原文';
	const counts = Object.entries(VERDICTS)
		.map(([verdict, word]) => [cases.filter((one) => one.verdict === verdict).length, word])
		.filter(([count]) => count > 0)
		.map(([count, word]) => `${count}种${word}`);
	return `查看各种情形（${counts.join('，')}）`;
}

/*
 * Verdict, question, answers given, and then the office's words: folded in a self-check, where each
 * step would repeat them.
 */
function answerSection(answer, reply, say) {
	const read = readAnswer(answer);
	const question = isOffer(reply.next) ? null : reply.next;
	const checking = reply.outcome === 'ask';
	const label = `${checking ? '自查：' : ''}常见问题${answer.number ? `第${answer.number}条` : ''}`;
	const section = element('section', 'answer',
		element('h3', 'question', element('span', 'label', label), answer.question || ''),
		...verdictParts(read, question));
	if (question)
		section.append(questionSection(question, say));
	const said = read.said.length ? [saidSection(read.said, say)] : [];
	if (checking)
		section.append(...[...said, element('details', '',
			element('summary', '', countWords(read)), ...officeParts(read))].map(once));
	else
		section.append(...said, ...officeParts(read));
	return section;
}

function choiceParts(reply, say) {
	if (reply.outcome === 'choose' && reply.choices && reply.choices.length) {
		const labels = reply.choices.map((choice) => choice.question);
		const [none] = choiceItems(['都不是'], say);
		return [words('您想问的是下面哪一个？点一下就行。'),
			element('ul', 'choices', ...choiceItems(labels, say), once(none))];
	}
	if (isOffer(reply.next))
		return [offerSection(reply.next, say)];
	return reply.next && !(reply.answers || []).length ? [questionSection(reply.next, say)] : [];
}

/* ---- The card ---- */

const PLAIN_TEXTS = {
	busy: '现在问的人有点多，请稍等一会儿再试。',
	error: '抱歉，系统出了点问题，没能答上来。请稍后再试。',
};

const WITH_RECEIPT = ['answer', 'decline', 'handoff', 'error'];

/* `say` sends what a button says for the person. */
export function replyCard(reply, say) {
	const card = element('article', `card ${reply.outcome}`);
	card.tabIndex = -1;
	if (reply.masked)
		card.append(element('p', 'notice', '您输入的证件号已隐去。请勿输入身份证号等个人信息。'));
	card.append(...(reply.answers || []).map((answer) => answerSection(answer, reply, say)),
		...choiceParts(reply, say));
	if (card.childElementCount === (reply.masked ? 1 : 0))
		card.append(words(reply.text || PLAIN_TEXTS[reply.outcome] || PLAIN_TEXTS.error));
	if (reply.receipt && WITH_RECEIPT.includes(reply.outcome))
		card.append(element('p', 'receipt', `凭证号 ${reply.receipt}`));
	return card;
}
