// Arabic: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'الغرف',
    subheading: 'يمكنك دخول غرفة أو فتح غرفة خاصة بك.',
    search: 'البحث في عناوين الغرف…',
    clearSearch: 'مسح البحث',
    create: 'إنشاء غرفة',
    anonymous: 'يُرجى <login>تسجيل الدخول</login> أو <register>إنشاء حساب</register> لإنشاء غرفة أو دخولها',
    loading: 'جارٍ تحميل الغرف',
    empty: 'لا توجد غرف بعد!!',
    emptyHint: 'يمكنك فتح الغرفة الأولى ودعوة الآخرين.',
    emptyHintAnonymous: 'يُرجى تسجيل الدخول لفتح الغرفة الأولى.',
    noMatch: 'لا توجد غرفة يتضمن عنوانها «{{search}}»',
    more: 'عرض المزيد من الغرف',
    list: 'الغرف، الأحدث أولًا',
    yours: 'غرفتك',
    type: { OTA: 'مفتوحة للجميع', IO: 'للمدعوين فقط', unknown: 'نوع غرفة غير معروف' },
    createdOn: 'أُنشئت في {{date}}',
    noDescription: 'بلا وصف',
    enter: 'دخول الغرفة',
    enterNamed: 'دخول الغرفة {{title}}',
    delete: 'حذف الغرفة',
    confirmDelete: {
      title: 'حذف «{{title}}»؟',
      body: 'تتوقف الغرفة ورابطها عن العمل لدى الجميع. لا يمكن التراجع عن ذلك.',
    },
    copyLink: 'نسخ رابط الدعوة',
    link: 'رابط الدعوة',
    linkHint: 'يمكن لكل من لديه حساب وهذا الرابط الدخول. مدة صلاحيته {{days}} يومًا.',
  },
  create: {
    title: 'غرفة جديدة',
    name: 'العنوان',
    description: 'وصف الحدث',
    type: 'نوع الغرفة',
    typeHint: { OTA: 'يراها كل من لديه حساب في قائمة الغرف ويمكنه دخولها.', IO: 'لا يراها غيرك؛ يدخل الآخرون برابط دعوة.' },
    options: 'خيارات إضافية',
    submit: 'إنشاء غرفة',
  },
};
