/**
 * Access lines by name, as the `link` of a scenario writes them. Every figure has its source beside it, and how sure it is:
 * a source named plainly was read where it says the figure; "quoted in" or "quoted by" names the page that was read in its place,
 * the original was not; "unverified" and "our choice" mean what they say. Where no public figure was found the key is left
 * out, so that the default of the language holds (no jitter, no loss, a queue of 128 KiB). `latency` is one way to the middle
 * of the network: half a measured round trip to a server nearby. Jitter is drawn for each direction on top of it, so with
 * jitter `latency` is less by half of that, and the average round trip is again the measured one.
 */

/** What a profile may say of a line; each value as in a scenario file. */
export interface LineText {
  /** Towards the home; a range is drawn from uniformly for each peer. */
  readonly down: string;
  readonly up: string;
  readonly latency: string;
  readonly jitter?: string;
  readonly loss?: string;
  readonly queue?: string;
}

export interface LineProfile {
  /** One line, for lists. */
  readonly description: string;
  readonly line: LineText;
}

const profiles = {
  'dial-up': {
    description: 'a V.90 modem on a telephone line',
    line: {
      // Usual speeds of V.90 connections (modemhelp.org, "Modem Throughput Speeds"). The 56 kbit/s of the standard are not
      // reached: no more than 45 kbit/s says the PC Magazine Encyclopedia ("V.90"), 45 to 52 a tester of modems (G3PTO, "V90").
      down: '42 kbit/s..50 kbit/s',
      // The most of V.90 upstream, which is V.34 (PC Magazine Encyclopedia, "V.90").
      up: '33.6 kbit/s',
      // 110 to 159 ms, most of it measured by Stuart Cheshire (quoted in "How Modem Latency Impacts Throughput",
      // lowendmac.com, 1998), which does not say that they are round trips; pings of 111 to 118 ms to the provider's router do
      // ("Measurement of DTE Rate Latency", modemfaq.navasgroup.com).
      latency: '55ms..79.5ms',
    },
  },
  adsl: {
    description: 'ADSL, ITU-T G.992.1, as was common before 2010',
    line: {
      // From the UK average of all fixed lines of homes in spring 2009 (Ofcom, "Network upgrades boost average broadband speeds",
      // 2012, table 1) to the "up to 8 Mbit/s" of BT's product IPstream Max, 8,128 kbit/s at the most (Madasafish, "What is
      // Broadband Max?").
      down: '4.1 Mbit/s..8 Mbit/s',
      // The most of IPstream Max and of IPstream Max Premium (the same page).
      up: '448 kbit/s..832 kbit/s',
      // DSL: 49 ms on average at peak times, from the home to the nearest server in the provider's network and back (FCC,
      // Measuring Broadband America, quoted in "Latency on US Home Internet Connections", blog.josephscott.org).
      // That page does not name the year of the report; 2014 is unverified.
      latency: '24.5ms',
    },
  },
  'adsl2-plus': {
    description: 'ADSL2+, ITU-T G.992.5',
    line: {
      // From the UK average of November 2015 (Ofcom, UK Home Broadband Performance 2016, quoted in Advanced Television, 24 March
      // 2016) to the most of the standard (quoted in Wikipedia, "G.992.5").
      down: '8.4 Mbit/s..24 Mbit/s',
      // The most upstream without annex M: 1.4 Mbit/s (quoted in Wikipedia, "G.992.5"), or 1.0 Mbit/s (quoted in
      // "ADSL standards", halomoan-sidimpuan.blogspot.com, 2009).
      up: '1 Mbit/s..1.4 Mbit/s',
      // As ADSL: the FCC's figure for DSL.
      latency: '24.5ms',
    },
  },
  vdsl: {
    description: 'VDSL2, ITU-T G.993.2, from a cabinet in the street',
    line: {
      // UK averages of packages for up to 38 and up to 76 Mbit/s, November 2015 (Ofcom, UK Home Broadband Performance 2016,
      // quoted in Advanced Television, 24 March 2016).
      down: '33.4 Mbit/s..59.4 Mbit/s',
      // What the network under those packages is sold with: 40/10 and 80/20 (Openreach, briefing GEN045/23, 2023). Measured is
      // less: 17.4 Mbit/s with packages for up to 76 (Ofcom, April 2014, quoted in TelecomsTech, 15 April 2014).
      up: '10 Mbit/s..20 Mbit/s',
      // As ADSL: the FCC's figure for DSL. Unverified that it counts VDSL in, and how much of VDSL.
      latency: '24.5ms',
    },
  },
  cable: {
    description: 'cable television network (DOCSIS)',
    line: {
      // UK average of Virgin Media's package for up to 120 Mbit/s at peak times, November 2013 (Ofcom, April 2014, quoted in
      // seenit.co.uk, "Ofcom study suggests Virgin Media broadband users more likely to suffer peak time slowing").
      down: '108.8 Mbit/s',
      // The same package in the same report (quoted in TelecomsTech, 15 April 2014).
      up: '11.4 Mbit/s',
      // Cable: 32 ms there and back on average (FCC, as for ADSL), less 1.5 ms each way for the jitter.
      latency: '14.5ms',
      // DOCSIS 3.1 modems wait 2 to 8 ms for their turn to send (White, Sundaresan and Briscoe, "Low Latency DOCSIS: Technology
      // Overview", CableLabs 2019, section 1, quoted in a draft of BITAG's "Latency Explained", github.com/bhstark2/latency).
      // Only the way up has to wait; to share the spread of 6 ms between both ways is our choice.
      jitter: '3ms',
    },
  },
  fibre: {
    description: 'fibre to the home, shared by 32 homes that are all busy',
    line: {
      // A 32nd of the line rates of GPON, 2,488.32 Mbit/s (ITU-T G.984.2, summary), and of XGS-PON, 9,953.28 Mbit/s (ITU-T
      // G.9807.1, quoted in comments of several public implementations). A fibre of Verizon's GPON feeds up to 32 homes
      // (CommsUpdate, "Verizon using G-PON to boost FiOS speeds", 28 March 2007).
      down: '77.8 Mbit/s..311 Mbit/s',
      // Likewise: of the upstream rates of GPON in that summary 1,244.16 Mbit/s, which is Verizon's (the same article).
      up: '38.9 Mbit/s..311 Mbit/s',
      // Fibre to the home: 24 ms there and back on average (FCC, as for ADSL).
      latency: '12ms',
    },
  },
  lte: {
    description: 'a telephone on a 4G network',
    line: {
      // UK average over 4G, October 2022 to March 2023 (Ofcom, Mobile Matters 2023, quoted in ISPreview, 21 July 2023).
      down: '29.5 Mbit/s',
      // The same.
      up: '7.6 Mbit/s',
      // Average response times over 4G from 18.3 ms (EE) to 23.7 ms (Vodafone), October 2023 to March 2024 (Ofcom, "Which
      // mobile operator has the longest file download time?", on Mobile Matters 2024); we take them for round trips.
      latency: '9.15ms..11.85ms',
    },
  },
  '5g': {
    description: 'a telephone on a 5G network',
    line: {
      // UK average over 5G, October 2022 to March 2023 (as for 4G).
      down: '129.9 Mbit/s',
      // The same.
      up: '14.7 Mbit/s',
      // Average response times over 5G from 16.3 ms (Three) to 21.4 ms (O2), October 2023 to March 2024 (as for 4G).
      latency: '8.15ms..10.7ms',
    },
  },
  'satellite-geo': {
    description: 'a geostationary satellite, 35,786 km up',
    line: {
      // Medians of speed tests in Belgium, winter of 2021/22, with a subscription for up to 100 and 10 Mbit/s (Michel, Trevisan,
      // Giordano and Bonaventure, "A First Look at Starlink Performance", IMC 2022). The subscription: one of the authors on
      // blog.apnic.net, "Fact checking Starlink's performance figures", 28 November 2022. The medians: quoted in somebody's
      // notes on the paper, public on GitHub, with the lines of the paper that have them.
      down: '82 Mbit/s',
      // The same.
      up: '4.5 Mbit/s',
      // A round trip of about 600 ms at the least (the same paper, introduction). Light alone takes 239 ms one way,
      // for 2 x 35,786 km (height: Geoff Huston, "A transport protocol's view of Starlink", blog.apnic.net, 17 May 2024).
      latency: '300ms',
    },
  },
  'satellite-leo': {
    description: 'a constellation in low orbit, such as Starlink in 2022',
    line: {
      // Median of speed tests in Belgium, December 2021 to April 2022 (the same paper, quoted in the same notes). Another team
      // had medians of 177 and 17.8 Mbit/s in Austria in 2021 (CUAS, "Starlink Analysis", quoted by cnBeta, 23 August 2021).
      down: '178 Mbit/s',
      // The same.
      up: '17 Mbit/s',
      // Round trips to European servers: a quarter below 40 ms, half below 50 ms, three quarters below 60 ms (blog.apnic.net,
      // as above). To take all of that for jitter of one line, so that pings are from 40 to 60 ms, is our choice.
      latency: '20ms',
      jitter: '10ms',
      // Packets lost at 3 Mbit/s, far below capacity: 0.40 % down, 0.45 % up (the same paper, table 2, quoted in the same notes).
      loss: '0.4%',
    },
  },
  'data-centre': {
    description: 'a rented machine on gigabit Ethernet',
    line: {
      // 1000BASE-T, IEEE 802.3ab, has 1,000 Mbit/s (quoted in the glossary of "CCDP Self-Study", Cisco Press). That the machine
      // has such a port to itself is our choice.
      down: '1 Gbit/s',
      up: '1 Gbit/s',
      // Best pings between the zones of one cloud region: 0.25 to 3.37 ms (xkyle.com, "Measuring AWS Region
      // and AZ Latency", which counts 0.25 ms within one zone among them).
      latency: '0.13ms..1.7ms',
    },
  },
} as const satisfies Readonly<Record<string, LineProfile>>;

export type LineProfileName = keyof typeof profiles;

/** Every profile, from the oldest technology to the newest. */
export const lineProfiles: Readonly<Record<LineProfileName, LineProfile>> = profiles;

export const lineProfileNames = Object.keys(profiles) as LineProfileName[];
