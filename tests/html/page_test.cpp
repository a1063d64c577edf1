#include "reports/html/page.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "reports/html/escape.hpp"
#include "reports/html/sections.hpp"
#include "reports/limits/classify.hpp"
#include "tests/html/synthetic_result.hpp"
#include "tests/html/xml_check.hpp"

namespace assay {
namespace {

std::vector<std::string> section_ids(const std::string& page) {
  std::vector<std::string> ids;
  const std::regex section("<section id=\"([a-z-]+)\">");
  for (std::sregex_iterator at(page.begin(), page.end(), section), end; at != end; ++at) {
    ids.push_back((*at)[1]);
  }
  return ids;
}

/// The page without its embedded data, whose base64 may spell anything.
std::string visible(const std::string& page) {
  return page.substr(0, page.find("<script type=\"application/octet-stream\""));
}

TEST(XmlCheck, TellsGoodFromBad) {
  EXPECT_EQ(xml_error("<svg a=\"1\"><g/><t>x &lt; y</t></svg>"), "");
  for (const char* bad : {"<a><b></a></b>", "<a b=1/>", "<a b=\"1\" b=\"2\"/>", "<a>&nbsp;</a>",
                          "<a>x & y</a>", "<a>", "<a/><a/>", "<a b=\"<\"/>"}) {
    EXPECT_NE(xml_error(bad), "") << bad;
  }
}

TEST(Page, HasTheSectionsInOrder) {
  const Result result = synthetic_result();
  EXPECT_EQ(
      section_ids(render_html(result, "{}")),
      (std::vector<std::string>{"verdict", "key-metrics", "queue-depth", "side-by-side", "limits",
                                "distribution", "over-time", "memory", "method", "disclosure"}));
}

TEST(Page, OfSetsHasTheSectionsInOrder) {
  const std::string page = render_html(synthetic_sets_result(), "{}");
  EXPECT_EQ(section_ids(page),
            (std::vector<std::string>{"verdict", "key-metrics", "queue-depth", "rates", "engines",
                                      "scaling", "side-by-side", "limits", "distribution",
                                      "over-time", "memory", "memory-curves", "memory-nodes",
                                      "method", "disclosure"}));
  for (const std::string& svg : svgs_of(page)) EXPECT_EQ(xml_error(svg), "") << svg.substr(0, 300);
  for (const char* said :
       {"node 1: 16.0 k IOPS (1); 33.3 % apart", "<td class=n>50 %</td>",
        "Saturated at 90 % (36.0 k IOPS).", "io_uring, SQPOLL",
        "IOPS fell from 40.1 k to 10.1 k after 1803 s. Only 2100 to 2400 s count",
        "Measured on instance-store-file-2 (80.0 % of the mean rate of 2 targets over 1 case)",
        "counts from here", "read, 1 thread: 180 GB/s at 16.0 KiB",
        "CPUs of node 0: 190 GB/s from node 0, 71.0 GB/s from node 1.",
        "loaded-latency: 124 ns at 2, 196 ns at 8", "copy, 1 thread, small pages"}) {
    EXPECT_NE(page.find(said), std::string::npos) << said;
  }
}

TEST(Page, ShowsMembersOfASetInTablesOnly) {
  const std::string page = render_html(synthetic_sets_result(), "{}");
  for (const char* picture : {"latency-depth-", "percentiles-", "heat-"}) {
    EXPECT_NE(page.find(std::string("aria-labelledby=\"") + picture + "ebs-file"),
              std::string::npos);
    EXPECT_EQ(page.find(std::string("aria-labelledby=\"") + picture + "instance-store-file-t"),
              std::string::npos);
  }
}

TEST(Page, EverySvgIsWellFormedAndDescribed) {
  for (const Result& result : {synthetic_result(), hostile_result()}) {
    const std::vector<std::string> svgs = svgs_of(render_html(result, "{}"));
    EXPECT_EQ(svgs.size(), 13U);
    for (const std::string& svg : svgs) {
      EXPECT_EQ(xml_error(svg), "") << svg.substr(0, 300);
      EXPECT_NE(svg.find(" role=\"img\""), std::string::npos);
      EXPECT_NE(svg.find("<title id="), std::string::npos);
      EXPECT_NE(svg.find("<desc id="), std::string::npos);
      EXPECT_EQ(svg.find("style="), std::string::npos) << "the page's policy forbids inline styles";
    }
  }
}

TEST(Page, StatesTheFindingInTheDescription) {
  const std::string page = render_html(synthetic_result(), "{}");
  const std::regex finding(
      "read p50 goes from [0-9.]+ us at queue depth 1 to [0-9.]+ ms at 128; read IOPS level off "
      "at queue depth 8 ");
  EXPECT_TRUE(std::regex_search(page, finding));
}

TEST(Page, SaysWhatBoundEachCase) {
  Result result = synthetic_result();
  result.cases[0].limit = Limit{LimitKind::volume, "exceeded for 96 % of the case"};
  std::string page = visible(render_html(result, "{}"));
  EXPECT_NE(page.find("<td>volume limit</td><td>exceeded for 96 % of the case</td>"),
            std::string::npos);
  result.cases[1].limit = Limit{LimitKind::device, "exceeded for 96 % of the case"};
  result.cases[2].limit = Limit{LimitKind::device, "another"};
  page = visible(render_html(result, "{}"));
  EXPECT_NE(page.find("<td>device</td><td>as above</td>"), std::string::npos);
  EXPECT_NE(page.find("<td>device</td><td>another</td>"), std::string::npos);
  for (CaseResult& measured : result.cases) measured.limit.reset();  // an older version's Result
  EXPECT_EQ(visible(render_html(result, "{}")).find("id=\"limits\""), std::string::npos);
}

TEST(Page, CountsTheRatesThatWereReachedInsteadOfARowForEach) {
  Result result = synthetic_sets_result();
  for (CaseResult& measured : result.cases) {
    if (measured.id.find("poisson-90%") != std::string::npos) measured.metrics[0].value = 34'000;
  }
  classify_limits(result);
  const std::string page = visible(render_html(result, "{}"));
  const std::size_t begin = page.find("id=\"limits\"");
  const std::string section = page.substr(begin, page.find("</section>", begin) - begin);
  EXPECT_NE(section.find("4 cases at one of several rates reached it"), std::string::npos);
  EXPECT_EQ(section.find("that were asked for"), std::string::npos);
  EXPECT_NE(section.find("poisson"), std::string::npos) << "the one that was not reached";
}

TEST(Page, NamesTheSecondFromWhichALongCaseIsSlower) {
  Result result = synthetic_result();
  const auto is_sweep = [&](const CaseResult& one) {
    const Case* item = find_case(result.plan, one.id);
    return one.status == CaseStatus::ok && item != nullptr && item->storage && !one.ticks.empty();
  };
  const auto found = std::find_if(result.cases.begin(), result.cases.end(), is_sweep);
  ASSERT_NE(found, result.cases.end());
  const Tick one = found->ticks.front();
  found->ticks.clear();
  for (int i = 0; i < 120; ++i) {
    Tick tick = one;
    tick.start_s = i;
    tick.length_s = 1;
    tick.ops = (i < 80 ? 8000 : 3000) + static_cast<std::uint64_t>(i % 3) * 20;
    found->ticks.push_back(tick);
  }
  found->window_start_s = 90;
  found->window_end_s = 120;
  const std::string page = render_html(result, "{}");
  EXPECT_NE(page.find("IOPS fell from 8.02 k to 3.02 k after 80 s. Only 90 to 120 s count"),
            std::string::npos);
}

TEST(Page, SaysThatTheSyntheticResultIsNoMeasurement) {
  EXPECT_NE(render_html(synthetic_result(), "{}").find("SYNTHETIC, not a measurement"),
            std::string::npos);
}

TEST(Page, ShowsHostileNamesAsText) {
  const std::string page = visible(render_html(hostile_result(), "{}"));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  // Only our own style element is closed.
  EXPECT_EQ(page.find("</style>"), page.rfind("</style>"));
  EXPECT_EQ(page.find('\xff'), std::string::npos);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
}

TEST(Page, LoadsNothing) {
  const std::string page = visible(render_html(synthetic_result(), "{}"));
  EXPECT_NE(page.find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(page.find("unsafe-inline"), std::string::npos);
  for (const char* loading : {" src=", "<link", "@import", "url(", "<iframe", "<object"}) {
    EXPECT_EQ(page.find(loading), std::string::npos) << loading;
  }
}

TEST(Page, StaysBelow300KilobytesWithAResultOf200) {
  const Result result = synthetic_result();
  std::string json = synthetic_json(result);
  ASSERT_GE(json.size(), 200000U);
  json.resize(200000);
  EXPECT_LT(render_html(result, json).size(), 300000U);
}

TEST(Page, LeavesOutWhatTheRunDidNotMeasure) {
  Result result = synthetic_result();
  std::erase_if(result.cases, [](const CaseResult& one) { return !one.id.starts_with("memory"); });
  std::erase_if(result.plan.cases, [](const Case& one) { return !one.memory; });
  std::erase_if(result.plan.targets,
                [](const Target& one) { return one.kind != TargetKind::host_memory; });
  const std::string page = render_html(result, "{}");
  EXPECT_EQ(section_ids(page),
            (std::vector<std::string>{"verdict", "key-metrics", "memory", "method", "disclosure"}));
  EXPECT_EQ(svgs_of(page).size(), 2U);
}

TEST(Page, OfAnEmptyResultSaysSo) {
  const std::string page = render_html(Result{}, "{}");
  EXPECT_NE(page.find("nothing was measured"), std::string::npos);
  EXPECT_NE(page.find("there is no number to show"), std::string::npos);
}

TEST(Page, OfCasesWithoutAnyIoIsMade) {
  Result result = synthetic_result();
  for (CaseResult& measured : result.cases) {
    measured.metrics = {{"iops", 0, "1/s", Direction::higher_is_better, Spread{}}};
    measured.samples.clear();
    for (NamedHistogram& histogram : measured.histograms) histogram.latency = {};
    for (Tick& tick : measured.ticks) tick = {};
  }
  for (const std::string& svg : svgs_of(render_html(result, "{}"))) EXPECT_EQ(xml_error(svg), "");
}

TEST(Escape, KeepsTextAndReplacesWhatXmlForbids) {
  EXPECT_EQ(html::escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(html::escape("\xC2\xB5s \xE2\x82\xAC \xF0\x9F\x92\xBE"),
            "\xC2\xB5s \xE2\x82\xAC \xF0\x9F\x92\xBE");
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(html::escape("\x1b"), replaced);
  EXPECT_EQ(html::escape("\xC0\xAF"), replaced + replaced);                 // overlong
  EXPECT_EQ(html::escape("\xED\xA0\x80"), replaced + replaced + replaced);  // surrogate
  EXPECT_EQ(html::escape("\xE2\x82"), replaced + replaced);                 // cut off
}

}  // namespace
}  // namespace assay
