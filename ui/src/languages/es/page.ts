// Spanish: the frame, Today, what was not taken, System, sign-in.

import type { Translation } from '../../texts';
import { count } from './count';

export const page: Translation = {
    locale: 'es-ES',
    product: 'Gantry',
    site: (site) => `Centro ${site}`,
    skip: 'Ir al contenido',
    title: (name, site) => (site ? `${name} · Gantry ${site}` : `${name} · Gantry`),
    loading: 'Preguntando al dispositivo…',
    language: 'Idioma',
    announce: (outcome, name, headline) => `${outcome}. ${name}. ${headline}`,

    nav: { label: 'Páginas', today: 'Hoy', visits: 'Visitas', uploads: 'Envíos', scanners: 'Equipos', central: 'Equipo central', refused: 'No aceptado', system: 'Sistema', help: 'Atajos de teclado' },

    outcome: {
        arriving: 'Llegando',
        may_leave: 'El paciente puede irse',
        scan_again: 'Repetir la exploración',
        needs_you: 'Le necesita',
        not_judged: 'Sin valorar',
        phantom: 'Maniquí',
    },

    time: {
        now: 'ahora mismo',
        seconds: (n) => `hace ${n} s`,
        minutes: (n) => `hace ${n} min`,
        hours: (n) => `hace ${n} h`,
        few: 'unos segundos',
        spanSeconds: (n) => `${n} s`,
        spanMinutes: (n) => `${n} min`,
        spanHours: (n) => `${n} h`,
        arrived: (ago) => `llegó ${ago}`,
        last: (ago) => `última imagen ${ago}`,
    },

    board: {
        title: 'Hoy',
        needs: 'Le necesita ahora',
        needsNothing: 'Nada le necesita ahora.',
        arriving: 'Llegando',
        done: 'Terminado hoy',
        earlier: (n) => `Terminado antes (${n})`,
        open: 'Abrir',
        openStudy: (name) => `Abrir ${name}`,
        assign: 'Decir de quién es la exploración…',
        deviation: 'Enviar con una desviación…',
        deviated: (headline) => (headline ? `Enviado con esta desviación: ${headline}` : 'Enviado con su desviación.'),
        emptyTitle: 'Hoy aún no hay exploraciones.',
        emptyHow: (nodes, address) => `Envíe desde el equipo al nodo ${nodes} en ${address}.`,
        emptyThen: 'La exploración aparece aquí por sí sola, con su resultado segundos después de la última imagen.',
        refusedTitle: (n) => (n === 1 ? 'Algo que envió un equipo no se aceptó.' : `${n} cosas que enviaron los equipos no se aceptaron tal como llegaron.`),
        refusedAdvice: 'Mire qué falta antes de que el paciente se vaya.',
        refusedOpen: 'Verlas',
    },

    result: {
        pass: 'superado',
        fail: 'no como se pide',
        cannot_tell: 'no se puede saber',
        not_applicable: 'no procede',
        waived: 'dispensado',
    },

    repair: {
        resend: 'Volver a enviar; sin nueva exploración',
        reconstruct: 'Reconstruir; sin nueva exposición',
        reacquire: 'Volver a explorar; hace falta el paciente',
        enter: 'Escribir lo que falta',
    },

    upload: {
        preparing: 'Preparándose para el promotor',
        label: (name) => `Envío de ${name}`,
        progress: (percent) => `enviado ${percent} %`,
        left: (span) => `quedan ${span}`,
        of: (sent, total) => `${sent} de ${total}`,
        delivered: 'Con el promotor; espera su recibo',
        confirmed: (at) => `Confirmado por el promotor ${at}`,
        confirmedPlain: 'Confirmado por el promotor',
        purged: 'Confirmado por el promotor; borrado de aquí',
        waiting: 'Espera su turno',
        waits: (reason) => `Espera: ${reason}`,
    },

    form: {
        cancel: 'Ahora no',
        needReason: 'Escriba un motivo.',
        needSubject: 'Elija un participante.',
        needVisit: 'Elija una visita.',
        working: 'Un momento…',
        failed: 'No se ha aceptado.',
        lost: 'El dispositivo no respondió. Que esta página sepa, nada ha cambiado; mire otra vez antes de repetir.',
        details: 'Detalles técnicos',
    },

    refusals: {
        title: 'No aceptado como se envió',
        lead: 'Todo lo que envió un equipo y no entró sin más: rechazado, interrumpido, enviado dos veces, en conflicto o no seguro para enviar.',
        none: 'Todo lo que enviaron los equipos se aceptó.',
        noneWhy: 'Si algo se rechaza, se interrumpe o se envía dos veces, aparece aquí con lo que hay que hacer.',
        open: (n) => `Por mirar (${n})`,
        noneOpen: 'Nada aquí espera que lo miren.',
        seen: (n) => `Visto, o nada que hacer (${n})`,
        kind: {
            refused: 'No aceptado',
            duplicate: 'Ya estaba',
            conflict: 'Conflicto',
            rejected_association: 'Remitente no admitido',
            aborted: 'Interrumpido',
            withheld: 'Se queda aquí',
        },
        times: (n) => count(n, 'vez', 'veces'),
        acknowledge: 'Marcar como visto',
        acknowledgeOf: (what) => `Marcar como visto: ${what}`,
        seenBy: (who) => `visto por ${who}`,
        toStudy: 'Abrir su estudio',
        from: (sender, address) => (address ? `de ${sender} (${address})` : `de ${sender}`),
    },

    system: {
        title: 'Sistema',
        lead: 'Cómo está el dispositivo.',
        allWell: 'todo bien',
        problems: (n) => count(n, 'cosa requiere atención', 'cosas requieren atención'),
        uploads: (n) => count(n, 'envío', 'envíos'),
        doneIn: (span) => `listo en ~${span}`,
        wait: (n) => `${n} en espera`,
        noUploads: 'Nada espera ser enviado.',
        sending: (n, left) => `${count(n, 'envío en curso', 'envíos en curso')}; quedan ${left}.`,
        waiting: (n, left) => `${count(n, 'envío espera', 'envíos esperan')}; quedan ${left}.`,
        disk: (free, reserve) => `Hay ${free} de disco libres. Cuando solo queden ${reserve}, las exploraciones se rechazan, no se pierden.`,
        diskLow: (free) => `Solo hay ${free} de disco libres: las exploraciones se rechazan hasta que haya sitio.`,
        node: (nodes, address) => `Los equipos envían al nodo ${nodes} en ${address}.`,
        manual: (title, version) => `Manual de imagen en vigor: ${title}, versión ${version}.`,
        subjects: (n) => `${count(n, 'participante incluido', 'participantes incluidos')} aquí.`,
        version: (version) => `Gantry ${version}.`,
        reached: (clock) => `Esta página sigue al dispositivo en directo; última noticia a las ${clock}.`,
        polled: (clock) => `Esta página pregunta al dispositivo cada pocos segundos; última noticia a las ${clock}.`,
        next: 'Haga esto',
        checking: 'preguntando…',
        lost: 'sin contacto',
    },

    lost: {
        title: (clock) => `Esta página perdió el contacto con el dispositivo a las ${clock}.`,
        titleNever: 'Esta página no alcanza el dispositivo.',
        meaning: 'Lo que ve puede estar anticuado. Los equipos quizá sigan enviando; nada de lo aceptado se pierde.',
        advice: 'Mire si el dispositivo está encendido y si este ordenador está en la red del hospital. Si dura, llame a informática del centro.',
        next: (seconds) => (seconds > 0 ? `Nuevo intento en ${seconds} s.` : 'Nuevo intento…'),
        retry: 'Intentar ahora',
    },

    help: {
        title: 'Atajos de teclado',
        rows: [
            ['t', 'Hoy'], ['v', 'Visitas'], ['u', 'Envíos'], ['c', 'Equipos'], ['q', 'Equipo central'], ['n', 'No aceptado'], ['s', 'Sistema'],
            ['j', 'Estudio siguiente'], ['k', 'Estudio anterior'], ['Enter', 'Abrir el estudio'],
            ['Esc', 'Cerrar el formulario, o volver a Hoy'], ['?', 'Esta lista'],
        ],
        off: 'Teclas sueltas como atajos',
        close: 'Cerrar',
    },

    mishap: {
        title: 'No se pudo mostrar esta página.',
        meaning: 'El fallo está en la página, no en sus exploraciones. Cárguela de nuevo; si vuelve, llame a informática del centro.',
        reload: 'Cargar de nuevo',
    },

    updated: { title: 'Gantry se ha actualizado.', reload: 'Cargar la página nueva' },
    notFound: { title: 'Esa página no existe.', back: 'Ir a Hoy' },
};
