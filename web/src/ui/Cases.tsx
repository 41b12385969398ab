/* 情形: what the office prints of them, what is known of the person, and what to do. */

import type { Case, Step, Verdict } from '../protocol';
import { labelOf, verdictOf, type Reading } from '../reading';
import { OFFICE_LANGUAGE, usePage } from './page';
import { Fold, Linked, OfficeWords } from './parts';

const OPEN_MOST = 3; // longer lists are looked through by their situations first

function Tag({ verdict, children }: { verdict: Verdict; children: string }) {
	return <span class={`tag ${verdict}`}>{children}</span>;
}

interface CaseProps {
	one: Case;
	judged: boolean;
	folded?: boolean;
	named?: boolean;
}

function CaseItem({ one, judged, folded = false, named = false }: CaseProps) {
	const { words } = usePage();
	const verdict = verdictOf(one);
	const advice = one.advice ? <OfficeWords title={words.advice} text={one.advice} /> : null;
	return (
		<li class={`case${judged ? ` ${verdict}` : ''}${named ? ' named' : ''}`}>
			<h4><span lang={OFFICE_LANGUAGE}>{labelOf(one)}</span>{judged && <Tag verdict={verdict}>{words.verdicts[verdict]}</Tag>}</h4>
			{one.situation && <OfficeWords text={one.situation} />}
			{judged && one.because && <OfficeWords title={words.because} text={one.because} />}
			{advice && (folded
				? <Fold show={words.showAdvice} hide={words.hideAdvice} about={labelOf(one)}>{advice}</Fold>
				: advice)}
		</li>
	);
}

function CaseList({ cases, judged }: { cases: Case[]; judged: boolean }) {
	return (
		<ul class="cases">
			{cases.map((one) => (
				<CaseItem key={one.id} one={one} judged={judged}
					folded={verdictOf(one) === 'excluded' || (cases.length > OPEN_MOST && verdictOf(one) !== 'applies')} />
			))}
		</ul>
	);
}

/* As printed; what the message itself gave away comes first, where nothing better is known. */
export function PrintedCases({ reading: { cases, judged, named } }: { reading: Reading }) {
	const { words } = usePage();
	if (!named)
		return <CaseList cases={cases} judged={judged} />;
	const others = cases.filter((one) => one !== named);
	return (
		<>
			<p class="pointer">{words.likely(labelOf(named))}</p>
			<ul class="cases"><CaseItem one={named} judged={false} named /></ul>
			{others.length > 0 && <p class="label">{words.others}</p>}
			{others.length > 0 && <CaseList cases={others} judged={false} />}
		</>
	);
}

function StepItem({ step }: { step: Step }) {
	const { words } = usePage();
	const when = [step.from && words.from(step.from), step.until && words.until(step.until)];
	const facts: [string, string | undefined][] = [
		[words.who, step.who],
		[words.where, step.where],
		[words.when, when.filter(Boolean).join(words.comma)],
	];
	return (
		<li>
			<OfficeWords text={step.what} />
			<dl class="facts">
				{facts.map(([name, value]) => value && (
					<div key={name}>
						<dt>{name}</dt>
						<dd lang={OFFICE_LANGUAGE}><Linked text={value} /></dd>
					</div>
				))}
			</dl>
		</li>
	);
}

function Lead({ one }: { one: Case }) {
	const { words } = usePage();
	const steps = one.todo || [];
	const title = [labelOf(one), one.situation].filter(Boolean).join('：');
	return (
		<section class="lead">
			<h4><Tag verdict="applies">{words.fits}</Tag><span lang={OFFICE_LANGUAGE}>{title}</span></h4>
			{one.because && <OfficeWords text={one.because} />}
			{(steps.length > 0 || one.advice) && <h5>{words.nextSteps}</h5>}
			{steps.length > 0
				? (
					<ol class={steps.length > 1 ? 'steps several' : 'steps'}>
						{steps.map((step, index) => <StepItem key={index} step={step} />)}
					</ol>
				)
				: one.advice && <OfficeWords text={one.advice} />}
		</section>
	);
}

/* What is known, before what the office wrote; `asking`: a question about it is still open. */
export function Verdicts({ reading, asking }: { reading: Reading; asking: boolean }) {
	const { words } = usePage();
	const { cases, leads, claims, printed, judged } = reading;
	const undecided = printed && judged && leads.length === 0 && !asking;
	return (
		<>
			{leads.map((one) => <Lead key={one.id} one={one} />)}
			{claims.length > 0 && <CaseList cases={claims} judged />}
			{undecided && (
				<p class="words">
					{cases.every((one) => verdictOf(one) === 'excluded') ? words.noneFits : words.open}
				</p>
			)}
		</>
	);
}
