#include "tests/fuzz/check_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "reports/fleet/fleet.hpp"
#include "reports/fleet/fleet_rows.hpp"
#include "reports/html/fleet_page.hpp"
#include "reports/html/page.hpp"
#include "reports/json/quick_reader.hpp"
#include "reports/json/result_json.hpp"
#include "reports/summary.hpp"
#include "reports/text/fleet_markdown.hpp"
#include "reports/text/text_reports.hpp"
#include "reports/trust/redaction.hpp"
#include "reports/trust/seal.hpp"

namespace assay {

namespace {

/// What a reader gives, or nothing and its words.
template <class Read>
std::optional<Result> accepted(Read read, std::string_view text, std::string& words) {
  try {
    return read(text);
  } catch (const std::runtime_error& error) {
    words = error.what();
    return std::nullopt;
  }
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at)) {
    ++count;
    at += part.size();
  }
  return count;
}

/// A page has one script element, which holds data, and no image, frame or handler.
std::string defect_in_page(const std::string& page) {
  if (count_of(page, "<script") != 1) return "a text became a script element of the page";
  for (const char* markup : {"<img", "<iframe", "<zz", "<object"}) {
    if (count_of(page, markup) > 0) return fmt::format("a text became markup: {}", markup);
  }
  return {};
}

/// Of a line of Markdown, what is neither escaped nor in a code span: those show what they hold as
/// it is.
std::string live_text(std::string_view line) {
  std::string text;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == '\\') {
      at += 2;
      continue;
    }
    if (line[at] != '`') {
      text += line[at++];
      continue;
    }
    const std::size_t inside = std::min(line.find_first_not_of('`', at), line.size());
    const std::string fence(inside - at, '`');
    const std::size_t close = line.find(fence, inside);
    at = close == std::string_view::npos ? inside : close + fence.size();
  }
  return text;
}

std::string defect_in_markdown(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = live_text(std::string_view(text).substr(begin, end - begin));
    if (count_of(line, "<script") + count_of(line, "<img") > 0) {
      return "a text became markup of Markdown: " + line;
    }
    begin = end + 1;
  }
  return {};
}

std::string defect_in_rows(const RunSummary& run) {
  const std::string rows = fleet_ndjson(run);
  for (std::size_t begin = 0; begin < rows.size();) {
    const std::size_t end = rows.find('\n', begin);
    if (end == std::string::npos) return "the last row has no line end";
    if (!nlohmann::json::accept(rows.substr(begin, end - begin))) return "a row is not JSON";
    begin = end + 1;
  }
  return {};
}

std::string defect_in_fleet_page(const RunSummary& run) {
  const Catalog& catalog = embedded_catalog();
  std::vector<FleetRun> runs;
  runs.push_back(fleet_run(RunSummary(run), catalog));
  const Fleet fleet = make_fleet(std::move(runs), {}, catalog);
  const CatalogView view;
  const FleetReport report{fleet, view, PurchaseOption::on_demand, {}, {}, false, nullptr};
  if (std::string defect = defect_in_markdown(render_fleet_markdown(report)); !defect.empty()) {
    return defect;
  }
  return defect_in_page(render_fleet_html(report));
}

std::string defect_in_reports(const Result& result) {
  const std::string json = write_json(result);
  std::string words;
  const std::optional<Result> again = accepted(read_result, json, words);
  if (!again) return "what was written cannot be read again: " + words;
  if (write_json(*again) != json) return "what is read again is not what was written";
  if (std::string defect = defect_in_markdown(render_markdown(result)); !defect.empty()) {
    return defect;
  }
  if (render_csv(result).empty()) return "no CSV";
  static_cast<void>(summary_lines(result));
  if (std::string defect = defect_in_page(render_html(result, json)); !defect.empty()) {
    return defect;
  }
  const RunSummary run = summarize(result, "result.json");
  if (std::string defect = defect_in_rows(run); !defect.empty()) return defect;
  return defect_in_fleet_page(run);
}

std::string defect_in_redaction(Result result) {
  const SealCheck check = check_seal(redacted_copy(result), {});
  return check.faults.empty() ? std::string() : "a redacted copy: " + check.faults.front();
}

/// The reader of fleets passes over histograms, also those in ticks, by their brackets: a fault in
/// them is not its business.
bool is_about_histograms(const std::string& words) {
  return words.find(".ticks") != std::string::npos ||
         words.find(".histograms") != std::string::npos || words.starts_with("not valid JSON");
}

}  // namespace

std::string defect_in_handling(std::string_view text) {
  std::string words;
  std::string quick_words;
  const std::optional<Result> result = accepted(read_result, text, words);
  const std::optional<Result> quick = accepted(read_without_histograms, text, quick_words);
  if (result && !quick) return "the reader of fleets refuses what the other reads: " + quick_words;
  if (quick && !result && !is_about_histograms(words)) {
    return "the reader of fleets takes what the other refuses: " + words;
  }
  if (!result) return words.empty() ? "refused without words" : std::string();
  if (fleet_ndjson(summarize(*result)) != fleet_ndjson(summarize(*quick))) {
    return "both readers read different numbers";
  }
  std::string defect = defect_in_reports(*result);
  return defect.empty() ? defect_in_redaction(*result) : defect;
}

}  // namespace assay
