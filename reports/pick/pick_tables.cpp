#include "reports/pick/pick_tables.hpp"

#include <fmt/format.h>

#include "reports/trust/redaction.hpp"

namespace assay {

namespace {

using html::Align;
using html::Table;

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

std::string name_of(const Candidate& one) {
  return one.type + (one.volumes.empty() ? "" : ", " + one.volumes);
}

std::string type_cell(const Candidate& one) {
  return name_of(one) + (one.synthetic ? " (SYNTHETIC)" : "");
}

Table candidate_table(const Pick& pick) {
  Table table{{{"rank"},
               {"type"},
               {"count", Align::number},
               {"$/h each", Align::number},
               {"$/h", Align::number}},
              {}};
  for (const Requirement& one : pick.requirements) table.columns.push_back({one.text});
  for (const Candidate& one : pick.candidates) {
    table.rows.push_back({fmt::format("{}", table.rows.size() + 1), type_cell(one),
                          fmt::format("{}", one.count), price_cell(one),
                          fmt::format("{:.4f}", one.total_usd_per_hour())});
    for (std::size_t i = 0; i < one.delivered.size(); ++i) {
      table.rows.back().push_back(delivered_text(pick.requirements[i], one.delivered[i]));
    }
  }
  return table;
}

Table excluded_table(const Pick& pick) {
  Table table{{{"type"}, {"$/h each", Align::number}, {"excluded by"}}, {}};
  for (const Candidate& one : pick.excluded) {
    table.rows.push_back({type_cell(one), price_cell(one), one.excluded});
  }
  return table;
}

Table promise_table(const Pick& pick) {
  Table table{{{"type"},
               {"count", Align::number},
               {"$/h each", Align::number},
               {"$/h", Align::number},
               {"nothing advertised of"}},
              {}};
  for (const Promise& one : pick.promises) {
    table.rows.push_back(
        {one.type, fmt::format("{}", one.count), fmt::format("{:.4f}", one.usd_per_hour),
         fmt::format("{:.4f}", static_cast<double>(one.count) * one.usd_per_hour),
         one.untold.empty() ? "-" : fmt::format("{}", fmt::join(one.untold, "; "))});
  }
  return table;
}

}  // namespace

std::vector<PickTable> pick_tables(const Pick& pick) {
  std::vector<PickTable> tables = {{"Cheapest first", candidate_table(pick)}};
  PickTable excluded{"Excluded, cheapest first", excluded_table(pick)};
  std::string promised_words = "Not measured: advertised only";
  if (needs_ebs(pick.requirements)) promised_words += ", prices without EBS volumes";
  PickTable promised{promised_words, promise_table(pick)};
  for (PickTable* one : {&excluded, &promised}) {
    if (!one->table.rows.empty()) tables.push_back(std::move(*one));
  }
  return tables;
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

std::vector<std::string> pick_notes(const Pick& pick) {
  std::vector<std::string> lines = {
      "Amounts are totals over the instances, latencies hold on each. Each instance counts with "
      "what its type gives for certain: the lower end of the one-sided 95 % interval of the mean "
      "over measured instances, mean - t s / sqrt(n). Capacities are the catalog's."};
  for (const Candidate& one : pick.candidates) {
    for (const std::string& note : one.price_notes) lines.push_back(name_of(one) + ": " + note);
  }
  return lines;
}

std::vector<std::string> left_out_lines(const Pick& pick) {
  std::vector<std::string> lines;
  lines.reserve(pick.left_out.size());
  for (const LeftOut& one : pick.left_out) {
    lines.push_back(fmt::format("left out: {}: {}", without_ids(one.file), one.why));
  }
  return lines;
}

}  // namespace assay
