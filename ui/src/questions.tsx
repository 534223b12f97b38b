// What the images cannot say is asked of a person: what holds the study stands on top, the rest with the answers below.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { Asked, StudyDetail } from './api';
import { prose } from './format';
import { Choices, Field, FormTrouble, onEscape, useSubmit } from './forms';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';
import { Unfold } from './unfold';

type Say = (note: string) => void;

const isOpen = (question: Asked) => question.answer === '';
const holds = (question: Asked) => isOpen(question) && question.needed === 'before_release';
const mayAnswer = (study: StudyDetail) => study.allowed.includes('answer');

/** Under the card: what must be answered before the study can leave. */
export function AskedFirst({ study, onDone }: { study: StudyDetail; onDone: Say }) {
    const questions = study.questions.filter(holds);
    if (questions.length === 0 || !mayAnswer(study)) return null;
    return (
        <section class="block block-ask">
            <h2>{t.questions.asked(questions.length)}</h2>
            <p class="quiet">{t.questions.askedWhy}</p>
            <AnswerForm study={study} questions={questions} onDone={onDone} />
        </section>
    );
}

/** The other questions, and the answers that are there with who gave them. */
export function Questions({ study, onDone }: { study: StudyDetail; onDone: Say }) {
    const writable = mayAnswer(study);
    const open = study.questions.filter((question) => isOpen(question) && !(writable && holds(question)));
    const answered = study.questions.filter((question) => !isOpen(question));
    if (open.length + answered.length === 0) return null;
    return (
        <section class="block">
            <h2>{t.questions.title}</h2>
            <ul class="answers">
                {answered.map((question) => (
                    <Answered key={question.id} study={study} question={question} writable={writable} onDone={onDone} />
                ))}
                {!writable && open.map((question) => (
                    <li key={question.id}><p>{question.ask}</p><p class="quiet">{t.questions.notAnswered}</p></li>
                ))}
            </ul>
            {writable && open.length > 0 && (
                <>
                    <p class="quiet">{t.questions.lead}</p>
                    <AnswerForm study={study} questions={open} onDone={onDone} />
                </>
            )}
        </section>
    );
}

function Answered(props: { study: StudyDetail; question: Asked; writable: boolean; onDone: Say }) {
    const { study, question, writable } = props;
    return (
        <li>
            <p>{question.ask}</p>
            <p><strong>{answerWords(question)}</strong> {question.answered_by && <span class="quiet">{t.questions.by(question.answered_by)}</span>}</p>
            {writable && (
                <Unfold button={t.questions.change} label={t.questions.changeOf(question.ask)}>
                    {(close) => (
                        <AnswerForm study={study} questions={[question]} onCancel={close} onDone={(note) => {
                            close();
                            props.onDone(note);
                        }} />
                    )}
                </Unfold>
            )}
        </li>
    );
}

interface Given {
    value: string;
    unit: string;
}

/** One form, one name; each answer goes to the box by itself, and those left empty do not go. */
function AnswerForm(props: { study: StudyDetail; questions: Asked[]; onDone: Say; onCancel?: () => void }) {
    const { study, questions } = props;
    const [given, setGiven] = useState<Record<string, Given>>({});
    const [who, setWho] = useState('');
    const name = who.trim();
    const givenTo = (question: Asked): Given => given[question.id] ?? { value: '', unit: question.unit };
    const filled = questions.filter((question) => givenTo(question).value.trim() !== '');
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, async () => {
            for (const question of filled) await api.answer(study.id, question.id, wireValue(question, givenTo(question)), name);
        });
        setGiven({});
        props.onDone(t.questions.saved(filled.length));
    });
    const check = () => [
        ...(filled.length > 0 ? filled.map((question) => mistakeIn(question, givenTo(question))) : [t.questions.needAnswer]),
    ].filter(Boolean);
    return (
        <form class="form form-questions" noValidate onSubmit={submit.onSubmit(check)} onKeyDown={onEscape(props.onCancel ?? (() => undefined))}>
            {questions.map((question) => (
                <AnswerField key={question.id} question={question} given={givenTo(question)}
                    onGiven={(value) => setGiven((before) => ({ ...before, [question.id]: value }))} />
            ))}
            <ByName onInput={setWho} meaning={useMeaning(study.trial, 'answer')} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    {props.onCancel && <button type="button" onClick={props.onCancel}>{t.form.cancel}</button>}
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.questions.save(questions.length)}</button>
                </p>
            </div>
        </form>
    );
}

function AnswerField(props: { question: Asked; given: Given; onGiven: (given: Given) => void }) {
    const { question, given } = props;
    const set = (value: string) => props.onGiven({ ...given, value });
    const optional = question.needed === 'optional' ? t.questions.optional : '';
    const units = [question.unit, ...question.also].filter(Boolean);
    if (question.type === 'yes_no') {
        return (
            <div data-question={question.id}>
                <Choices label={question.ask} hint={optional} value={given.value} onChange={set}
                    options={[['true', t.questions.yes], ['false', t.questions.no]]} />
            </div>
        );
    }
    const isNumber = question.type === 'number';
    const isTime = question.type === 'time';
    const hint = [isTime ? t.questions.timeHint : isNumber ? '' : t.questions.textHint, optional].filter(Boolean).join(' ');
    return (
        <div data-question={question.id}>
            <Field label={question.ask} hint={hint}>
                {(id, hintId) => (
                    <span class="with-unit">
                        <input id={id} type="text" autoComplete="off" maxLength={isTime ? 5 : 250} aria-describedby={hintId}
                            inputMode={isNumber ? 'decimal' : isTime ? 'numeric' : 'text'} value={given.value}
                            onInput={(event) => set(event.currentTarget.value)} />
                        {isNumber && units.length === 1 && <span>{units[0]}</span>}
                        {isNumber && units.length > 1 && (
                            <select aria-label={t.questions.unitOf(question.ask)} value={given.unit}
                                onChange={(event) => props.onGiven({ ...given, unit: event.currentTarget.value })}>
                                {units.map((unit) => <option key={unit} value={unit}>{unit}</option>)}
                            </select>
                        )}
                    </span>
                )}
            </Field>
        </div>
    );
}

const kNumber = /^-?\d+([.,]\d+)?$/;
const kTime = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/; // "14:30", "9:05", "1430"; a browser's own time field may ask for am and pm

function mistakeIn(question: Asked, { value }: Given): string {
    if (question.type === 'number' && !kNumber.test(value.trim())) return t.questions.needNumber(question.ask);
    if (question.type === 'time' && !kTime.test(value.trim())) return t.questions.needTime(question.ask);
    return '';
}

/** As the API takes it: a number with a point and its unit, a time as 14:30, everything else as it stands. */
function wireValue(question: Asked, { value, unit }: Given): string {
    const time = question.type === 'time' && kTime.exec(value.trim());
    if (time) return `${(time[1] ?? '').padStart(2, '0')}:${time[2] ?? ''}`;
    if (question.type !== 'number') return value.trim();
    return `${value.trim().replace(',', '.')} ${unit}`.trim();
}

/** As people read it: "Yes", "14:30", "5.4 mmol/l". */
function answerWords({ type, answer }: Asked): string {
    if (type === 'yes_no') return answer === 'true' ? t.questions.yes : t.questions.no;
    if (type === 'time') return answer.replace(/^(\d{2})(\d{2})(\d{2}.*)?$/, '$1:$2');
    return prose(answer);
}
