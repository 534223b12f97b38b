// Spanish: viewer, alarms, what site IT is told of the box.

import type { Translation } from '../../texts';

export const machine: Translation = {
    alarm: {
        title: 'Cuando un estudio necesita a alguien',
        sound: 'sonar en este ordenador',
        notification: 'mostrar un aviso en este ordenador',
        refused: 'El navegador no lo permite.',
    },

    viewer: {
        open: 'Ver las imágenes',
        openOf: (series) => `Ver las imágenes: ${series}`,
        none: 'Aquí no hay imagen que ver.',
        lost: 'La caja no respondió. Inténtelo de nuevo.',
        cannot: (why) => `Esta imagen no puede mostrarse. ${why}`,
        image: (n, of) => `Imagen ${n} de ${of}`,
        play: 'Reproducir',
        stop: 'Parar',
        window: 'Brillo',
        own: 'Como dice el equipo',
        ownNumber: (n) => `Como dice el equipo, ${n}`,
        automatic: 'Según la propia imagen',
        drawn: 'Como se arrastró',
        preset: { soft: 'Partes blandas', lung: 'Pulmón', bone: 'Hueso', brain: 'Cerebro' },
        smaller: 'Más pequeña',
        larger: 'Más grande',
        level: (center, width) => `centro ${center}, ancho ${width}`,
        how: 'Rueda o flechas: recorrer la serie. Arrastrar: brillo y contraste. No para diagnóstico.',
    },

    machine: {
        daysLeft: (n) => `Al ritmo de las dos últimas semanas, el disco se llena en ${n} días.`,
        certificate: (end) => `El certificado de esta página termina el ${end}.`,
        certificateOf: (trial, end) => `El certificado del ensayo ${trial} termina el ${end}.`,
        renew: 'Ponga uno nuevo y reinicie gantryd.',
        renewTrial: 'Se renueva solo. Si esto sigue aquí, llame al equipo central.',
        nodes: 'Nodos que enviaron',
        noNodes: 'Ningún nodo ha enviado nada todavía.',
        ae: 'Título AE',
        address: 'Dirección',
        port: 'Puerto',
        last: 'Visto por última vez',
        calls: 'Conexiones',
        called: (n, broken) => (broken > 0 ? `${n}, de ellas ${broken} interrumpidas` : `${n}`),
        echo: '¿Está un nodo?',
        ask: 'Enviar un eco',
        answered: (ms) => `Responde: ${ms} ms.`,
        log: 'Registro técnico',
        logLead: 'Lo que gantryd escribió desde que arrancó, las últimas 1000 líneas. Ningún paciente figura en él.',
        grave: 'Solo avisos y errores',
        download: 'Descargar',
    },
};
