/** What generated users and groups are made of. Every person and number here is invented. */

/** A part of a name: as it is written, and in the letters that mail addresses use. */
type NamePart = readonly [written: string, ascii: string];

/** Names that go together, with the region they are common in. */
export interface NameCulture {
  readonly given: readonly [NamePart, ...NamePart[]];
  readonly family: readonly [NamePart, ...NamePart[]];
  /** In most of East Asia and in Hungary the family name comes first. */
  readonly familyFirst?: true;
  readonly locale: string;
  readonly timezone: string;
  readonly country: string;
  readonly cities: readonly [readonly [city: string, region: string], ...(readonly [string, string])[]];
}

/** The first ones are the most common. */
export const cultures: readonly [NameCulture, ...NameCulture[]] = [
  {
    given: mapped(
      'Barbara James Mary Robert Linda Michael Susan David Karen Thomas Nancy Daniel Lisa Mark Emma Oliver',
    ),
    family: mapped(
      "Jensen Smith Johnson Williams Brown Jones Miller Davis Wilson Moore Taylor Clark Lewis O'Hara Walker",
    ),
    locale: 'en-US',
    timezone: 'America/Los_Angeles',
    country: 'US',
    cities: [
      ['Hollywood', 'CA'],
      ['Seattle', 'WA'],
      ['Austin', 'TX'],
      ['Chicago', 'IL'],
    ],
  },
  {
    given: mapped('Jürgen=juergen Björn=bjoern Käthe=kaethe Anna Lukas Sophie Félix=felix Zoë=zoe Hans-Peter Ursula'),
    family: mapped('Müller=mueller Schäfer=schaefer Weiß=weiss Schmidt Fischer Krüger=krueger Größe=groesse Neumann'),
    locale: 'de-DE',
    timezone: 'Europe/Berlin',
    country: 'DE',
    cities: [
      ['Köln', 'NW'],
      ['Berlin', 'BE'],
      ['München', 'BY'],
    ],
  },
  {
    given: mapped('José=jose María=maria Íñigo=inigo Lucía=lucia Sofía=sofia Andrés=andres Carmen Pablo'),
    family: mapped('García=garcia Núñez=nunez Muñoz=munoz Peña=pena López=lopez Ibáñez=ibanez Ortega Vega'),
    locale: 'es-ES',
    timezone: 'Europe/Madrid',
    country: 'ES',
    cities: [
      ['Madrid', 'MD'],
      ['Málaga', 'AN'],
    ],
  },
  {
    given: mapped('伟=wei 芳=fang 秀英=xiuying 敏=min 静=jing 磊=lei 洋=yang 艳=yan 杰=jie 娟=juan'),
    family: mapped('王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 黄=huang 赵=zhao 周=zhou 吴=wu'),
    familyFirst: true,
    locale: 'zh-CN',
    timezone: 'Asia/Shanghai',
    country: 'CN',
    cities: [
      ['上海', 'SH'],
      ['北京', 'BJ'],
    ],
  },
  {
    given: mapped('太郎=taro 花子=hanako さくら=sakura 健一=kenichi 美咲=misaki 翔太=shota 陽子=yoko'),
    family: mapped('佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 渡辺=watanabe 伊藤=ito 山本=yamamoto'),
    familyFirst: true,
    locale: 'ja-JP',
    timezone: 'Asia/Tokyo',
    country: 'JP',
    cities: [
      ['東京', '13'],
      ['大阪', '27'],
    ],
  },
  {
    given: mapped('Анна=anna Дмитрий=dmitry Ольга=olga Сергей=sergey Наталья=natalya Юрий=yury Елена=elena'),
    family: mapped('Шевченко=shevchenko Бондаренко=bondarenko Коваль=koval Мельник=melnyk Лысенко=lysenko'),
    locale: 'uk-UA',
    timezone: 'Europe/Kyiv',
    country: 'UA',
    cities: [
      ['Київ', '30'],
      ['Львів', '46'],
    ],
  },
  {
    given: mapped('أحمد=ahmed فاطمة=fatima محمد=mohamed ليلى=layla يوسف=youssef مريم=maryam'),
    family: mapped('حسن=hassan خليل=khalil نصار=nassar صالح=saleh الشريف=elsherif منصور=mansour'),
    locale: 'ar-EG',
    timezone: 'Africa/Cairo',
    country: 'EG',
    cities: [['القاهرة', 'C']],
  },
  {
    given: mapped('राहुल=rahul प्रिया=priya अमित=amit अनन्या=ananya विक्रम=vikram नेहा=neha'),
    family: mapped('शर्मा=sharma वर्मा=verma पटेल=patel सिंह=singh गुप्ता=gupta अय्यर=iyer'),
    locale: 'hi-IN',
    timezone: 'Asia/Kolkata',
    country: 'IN',
    cities: [
      ['मुंबई', 'MH'],
      ['दिल्ली', 'DL'],
    ],
  },
  {
    given: mapped('Ελένη=eleni Γιώργος=giorgos Μαρία=maria Νίκος=nikos Σοφία=sofia'),
    family: mapped('Παπαδόπουλος=papadopoulos Αντωνίου=antoniou Γεωργίου=georgiou Νικολάου=nikolaou'),
    locale: 'el-GR',
    timezone: 'Europe/Athens',
    country: 'GR',
    cities: [['Αθήνα', 'I']],
  },
  {
    given: mapped('민준=minjun 서연=seoyeon 지훈=jihoon 하은=haeun 도윤=doyun'),
    family: mapped('김=kim 이=lee 박=park 최=choi 정=jung'),
    familyFirst: true,
    locale: 'ko-KR',
    timezone: 'Asia/Seoul',
    country: 'KR',
    cities: [['서울', '11']],
  },
];

/** A department; the first ones are the largest. */
export interface Department {
  readonly name: string;
  readonly division: string;
  readonly costCenter: string;
  readonly titles: readonly [string, ...string[]];
}

export const departments: readonly [Department, ...Department[]] = [
  department('Engineering', 'Product', '4100', 'Software Engineer|Senior Software Engineer|Staff Engineer|Tech Lead'),
  department('Sales', 'Revenue', '2100', 'Account Executive|Sales Engineer|Regional Manager'),
  department('Customer Support', 'Operations', '3100', 'Support Specialist|Support Engineer|Team Lead'),
  department('Operations', 'Operations', '3200', 'Site Reliability Engineer|Systems Administrator|Operations Manager'),
  department('Marketing', 'Revenue', '2200', 'Content Strategist|Campaign Manager|Designer'),
  department('Finance', 'Administration', '1100', 'Accountant|Financial Analyst|Controller'),
  department('Research & Development', 'Product', '4200', 'Researcher|Data Scientist|Principal Scientist'),
  department('People', 'Administration', '1200', 'Recruiter|People Partner|Payroll Specialist'),
  department('Security', 'Operations', '3300', 'Security Analyst|Identity Engineer|Security Architect'),
  department('Legal', 'Administration', '1300', 'Counsel|Paralegal|Privacy Officer'),
];

/** First words of group names. */
export const groupKinds: readonly [string, ...string[]] = ['Team', 'Project', 'Role', 'App', 'VPN', 'Site', 'List'];

/** Last words of group names. */
export const groupSubjects: readonly [string, ...string[]] = [
  'Apollo',
  ...'Borealis Cobalt Dynamo Evergreen Falcon Granite Horizon Indigo Jasmine Kestrel Lotus Meridian Nimbus'.split(' '),
  ...'Orchid Pioneer Quartz Redwood Sapphire Tundra Umbra Vertex Willow Xenon Yarrow Zephyr'.split(' '),
];

/** From `José=jose Carmen`: a name without `=` is its own spelling. */
function mapped(names: string): [NamePart, ...NamePart[]] {
  const [first, ...rest] = names.split(' ').map((name): NamePart => {
    const [written = name, ascii = written] = name.split('=');
    return [written, ascii.toLowerCase().replace(/[^a-z]/g, '')];
  });
  return [first ?? ['', ''], ...rest];
}

function department(name: string, division: string, costCenter: string, titles: string): Department {
  const [first = '', ...rest] = titles.split('|');
  return { name, division, costCenter, titles: [first, ...rest] };
}
