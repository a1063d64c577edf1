#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/pick/pick.hpp"
#include "reports/text/markdown.hpp"

namespace assay {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string delivered_text(const Requirement& requirement, const Delivered& delivered) {
  if (delivered.instances == 0) {
    return amount_text(requirement, delivered.median) +
           (delivered.from_catalog ? " (catalog)" : " (host)");
  }
  return fmt::format("{} (n = {}, median {})",
                     delivered.bound ? amount_text(requirement, *delivered.bound) : "no bound",
                     delivered.instances, amount_text(requirement, delivered.median));
}

std::string price_cell(const Candidate& one) {
  return one.usd_per_hour ? fmt::format("{:.4f}", *one.usd_per_hour) : "-";
}

Rows candidate_rows(const Pick& pick) {
  Rows rows = {{"rank", "type", "count", "$/h each", "$/h"}};
  for (const Requirement& one : pick.requirements) rows[0].push_back(one.text);
  for (const Candidate& one : pick.candidates) {
    rows.push_back({fmt::format("{}", rows.size()),
                    one.type + (one.synthetic ? " (SYNTHETIC)" : ""), fmt::format("{}", one.count),
                    price_cell(one), fmt::format("{:.4f}", one.total_usd_per_hour())});
    for (std::size_t i = 0; i < one.delivered.size(); ++i) {
      rows.back().push_back(delivered_text(pick.requirements[i], one.delivered[i]));
    }
  }
  return rows;
}

Rows excluded_rows(const Pick& pick) {
  Rows rows = {{"type", "$/h each", "excluded by"}};
  for (const Candidate& one : pick.excluded) {
    rows.push_back(
        {one.type + (one.synthetic ? " (SYNTHETIC)" : ""), price_cell(one), one.excluded});
  }
  return rows;
}

Rows promise_rows(const Pick& pick) {
  Rows rows = {{"type", "count", "$/h each", "$/h", "nothing advertised of"}};
  for (const Promise& one : pick.promises) {
    rows.push_back({one.type, fmt::format("{}", one.count), fmt::format("{:.4f}", one.usd_per_hour),
                    fmt::format("{:.4f}", static_cast<double>(one.count) * one.usd_per_hour),
                    one.untold.empty() ? "-" : fmt::format("{}", fmt::join(one.untold, "; "))});
  }
  return rows;
}

std::vector<std::string> price_lines(const Pick& pick) {
  std::vector<std::string> lines;
  for (const Candidate& one : pick.candidates) {
    for (const std::string& note : one.price_notes) lines.push_back(one.type + ": " + note);
  }
  return lines;
}

std::string need_text(const Pick& pick) {
  std::string text;
  for (const Requirement& one : pick.requirements) text += (text.empty() ? "" : "; ") + one.text;
  text += fmt::format(", {} prices", option_word(pick.options.option));
  if (!pick.options.region.empty()) text += " of " + pick.options.region;
  if (pick.options.budget_usd_per_hour) {
    text += fmt::format(", at most {:.2f} $/h", *pick.options.budget_usd_per_hour);
  }
  return text;
}

constexpr const char* rule =
    "Amounts are totals over the instances, latencies hold on each. Each instance counts with what "
    "its type gives for certain: the lower end of the one-sided 95 % interval of the mean over "
    "measured instances, mean - t s / sqrt(n). Capacities are the catalog's.";
constexpr const char* promises_heading = "Not measured: advertised only";
constexpr const char* none = "No measured type meets the need.";

std::string text_table_of(const Rows& rows) {
  std::vector<std::size_t> widths(rows[0].size());
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

std::string markdown_table_of(const Rows& rows) {
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += "|";
    for (const std::string& cell : rows[i]) text += fmt::format(" {} |", markdown_text(cell));
    text += "\n";
    if (i > 0) continue;
    text += "|";
    for (std::size_t k = 0; k < rows[0].size(); ++k) text += "---|";
    text += "\n";
  }
  return text;
}

struct Style {
  std::string title;      // before a heading
  std::string title_end;  // after it
  std::string item;
  std::string (*table)(const Rows& rows);
  std::string (*words)(std::string_view text);
};

std::string plain(std::string_view text) { return std::string(text); }

std::string render(const Pick& pick, const Style& style) {
  const auto section = [&](const char* heading, const Rows& rows) {
    return rows.size() < 2 ? std::string()
                           : fmt::format("\n{}{}{}{}", style.title, heading, style.title_end,
                                         style.table(rows));
  };
  std::string text = fmt::format("{}Cheapest for: {}{}", style.title, style.words(need_text(pick)),
                                 style.title_end);
  text += pick.candidates.empty() ? std::string(none) + "\n" : style.table(candidate_rows(pick));
  text += section("Excluded, cheapest first", excluded_rows(pick));
  text += section(promises_heading, promise_rows(pick));
  text += fmt::format("\n{}\n", style.words(rule));
  for (const std::string& line : price_lines(pick)) text += style.item + style.words(line) + "\n";
  return text;
}

}  // namespace

std::string render_pick_text(const Pick& pick) {
  return render(pick, {"", "\n", "- ", text_table_of, plain});
}

std::string render_pick_markdown(const Pick& pick) {
  return render(pick, {"## ", "\n\n", "- ", markdown_table_of, markdown_text});
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
                           {"median", part.median},
                           {"lower_bound", or_null(part.bound)}});
    }
    return Json{{"type", one.type},
                {"synthetic", one.synthetic},
                {"count", one.count},
                {"usd_per_hour_each", or_null(one.usd_per_hour)},
                {"usd_per_hour", one.total_usd_per_hour()},
                {"excluded", one.excluded},
                {"price_notes", one.price_notes},
                {"delivered", std::move(delivered)}};
  };
  Json document = {{"schema", "assay-pick"}, {"schema_version", "1.0.0"}};
  document["need"] = need_text(pick);
  document["candidates"] = Json::array();
  document["excluded"] = Json::array();
  document["advertised_only"] = Json::array();
  for (const Requirement& one : pick.requirements) document["requirements"].push_back(one.text);
  for (const Candidate& one : pick.candidates) {
    document["candidates"].push_back(candidate_json(one));
  }
  for (const Candidate& one : pick.excluded) document["excluded"].push_back(candidate_json(one));
  for (const Promise& one : pick.promises) {
    document["advertised_only"].push_back({{"type", one.type},
                                           {"count", one.count},
                                           {"usd_per_hour_each", one.usd_per_hour},
                                           {"not_advertised", one.untold}});
  }
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
