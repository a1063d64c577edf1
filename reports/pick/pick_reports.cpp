#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/pick/pick.hpp"
#include "reports/pick/pick_tables.hpp"
#include "reports/text/markdown.hpp"
#include "reports/trust/redaction.hpp"

namespace assay {

namespace {

std::string text_table(const html::Table& table) {
  std::vector<std::vector<std::string>> rows(1);
  for (const html::Column& column : table.columns) rows[0].push_back(column.heading);
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("{}{:<{}}", i == 0 ? "" : "  ", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::string render_pick_text(const Pick& pick) {
  std::string text = fmt::format("Cheapest for: {}\n", need_text(pick));
  const std::vector<PickTable> tables = pick_tables(pick);
  for (const PickTable& part : tables) {
    if (&part != tables.data()) text += fmt::format("\n{}\n", part.heading);
    text +=
        part.table.rows.empty() ? fmt::format("{}\n", no_candidate_words) : text_table(part.table);
  }
  text += "\n";
  const std::vector<std::string> notes = pick_notes(pick);
  for (const std::string& note : notes) {
    text += fmt::format("{}{}\n", &note == notes.data() ? "" : "- ", note);
  }
  for (const std::string& line : left_out_lines(pick)) text += fmt::format("- {}\n", line);
  return text;
}

std::string render_pick_markdown(const Pick& pick) {
  std::string text = fmt::format("## Cheapest for: {}\n\n", markdown_text(need_text(pick)));
  const std::vector<PickTable> tables = pick_tables(pick);
  for (const PickTable& part : tables) {
    if (&part != tables.data()) text += fmt::format("\n## {}\n\n", part.heading);
    text += part.table.rows.empty() ? fmt::format("{}\n", no_candidate_words)
                                    : markdown_table(part.table);
  }
  text += "\n";
  for (const auto& lines : {pick_notes(pick), left_out_lines(pick)}) {
    for (const std::string& line : lines) text += fmt::format("- {}\n", markdown_text(line));
  }
  return text;
}

std::string render_pick_json(const Pick& pick) {
  using Json = nlohmann::ordered_json;
  const auto or_null = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json();
  };
  const auto candidate_json = [&](const Candidate& one) {
    Json delivered = Json::array();
    for (const Delivered& part : one.delivered) {
      delivered.push_back({{"instances", part.instances},
                           {"with_value", part.with_value},
                           {"bursts", part.bursts},
                           {"median", is_untold(part) ? Json() : Json(part.median)},
                           {"lower_bound", or_null(part.bound)}});
    }
    return Json{{"type", one.type},
                {"volumes", one.volumes},
                {"synthetic", one.synthetic},
                {"count", one.count},
                {"usd_per_hour_each", or_null(one.usd_per_hour)},
                {"usd_per_hour", one.usd_per_hour ? Json(one.total_usd_per_hour()) : Json()},
                {"excluded", one.excluded},
                {"price_notes", one.price_notes},
                {"delivered", std::move(delivered)}};
  };
  Json document = {{"schema", "assay-pick"}, {"schema_version", "1.1.0"}};
  document["need"] = need_text(pick);
  document["candidates"] = Json::array();
  document["excluded"] = Json::array();
  document["advertised_only"] = Json::array();
  document["left_out"] = Json::array();
  for (const Requirement& one : pick.requirements) document["requirements"].push_back(one.text);
  for (const Candidate& one : pick.candidates) {
    document["candidates"].push_back(candidate_json(one));
  }
  for (const Candidate& one : pick.excluded) document["excluded"].push_back(candidate_json(one));
  for (const LeftOut& one : pick.left_out) {
    document["left_out"].push_back({{"file", without_ids(one.file)}, {"why", one.why}});
  }
  for (const Promise& one : pick.promises) {
    document["advertised_only"].push_back({{"type", one.type},
                                           {"count", one.count},
                                           {"usd_per_hour_each", one.usd_per_hour},
                                           {"not_advertised", one.untold}});
  }
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
