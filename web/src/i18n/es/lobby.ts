// Spanish: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'Salas',
    subheading: 'Entra en una sala o abre una propia.',
    search: 'Buscar por título…',
    clearSearch: 'Borrar la búsqueda',
    create: 'Crear sala',
    anonymous: '<login>Inicia sesión</login> o <register>regístrate</register> para crear una sala o entrar en ella',
    loading: 'Cargando las salas',
    empty: '¡Aún no hay salas!',
    emptyHint: 'Abre la primera e invita a los demás.',
    emptyHintAnonymous: 'Inicia sesión y abre la primera.',
    noMatch: 'Ninguna sala tiene “{{search}}” en el título',
    more: 'Mostrar más salas',
    list: 'Salas, las más recientes primero',
    yours: 'Tuya',
    type: { OTA: 'Abierta a todos', IO: 'Solo con invitación', unknown: 'tipo de sala desconocido' },
    createdOn: 'creada el {{date}}',
    noDescription: 'Sin descripción',
    enter: 'Entrar en la sala',
    enterNamed: 'Entrar en la sala {{title}}',
    delete: 'Eliminar sala',
    confirmDelete: {
      title: '¿Eliminar “{{title}}”?',
      body: 'La sala y su enlace dejarán de funcionar para todos. Esta acción no se puede deshacer.',
    },
    copyLink: 'Copiar enlace de invitación',
    link: 'Enlace de invitación',
    linkHint: 'Puede entrar cualquier persona con cuenta que tenga este enlace. Es válido durante {{days}} días.',
  },
  create: {
    title: 'Nueva sala',
    name: 'Título',
    description: 'Descripción del evento',
    type: 'Tipo de sala',
    typeHint: {
      OTA: 'Cualquier persona con cuenta la ve en la lista de salas y puede entrar.',
      IO: 'Solo la ves tú; los demás entran con un enlace de invitación.',
    },
    options: 'Más opciones',
    submit: 'Crear sala',
  },
};
