#include "reports/compare/comparability.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

constexpr std::string_view instance_type = "instance-type";
constexpr std::size_t hash_digits = 8;
constexpr std::size_t values_told_max = 4;

std::string suite_text(const RunSummary& run) {
  return run.suite + " " + run.comparability.suite_sha256.substr(0, hash_digits);
}

std::string primary_text(const RunSummary& run) {
  std::string text;
  for (const PrimaryMetric& primary : run.primary) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", primary.cases, primary.metric);
  }
  return text;
}

std::string volume_text(const RunSummary& run) {
  return run.comparability.volume_note.empty() ? "not told" : run.comparability.volume_note;
}

std::string cufile_text(const RunSummary& run) {
  return run.cufile_path.empty() ? "no case by cuFile" : run.cufile_path;
}

std::string contents_text(const RunSummary& run) {
  return run.comparability.comparable ? "written by the run" : "assumed to be written";
}

}  // namespace

const std::vector<RunField>& run_fields() {
  constexpr auto refuse = WhenDifferent::refuse;
  constexpr auto disclose = WhenDifferent::disclose;
  constexpr std::string_view same_program = "measure both with the same version of assay";
  static const std::vector<RunField> all = {
      {"schema-major", refuse,
       [](const RunSummary& run) { return fmt::format("{}", run.comparability.schema_major); },
       same_program},
      {"assay-major", refuse,
       [](const RunSummary& run) { return fmt::format("{}", run.comparability.assay_major); },
       same_program},
      {"measured-by", refuse, [](const RunSummary& run) { return run.measured_by; },
       "compare Results of one tool"},
      {"suite", refuse, suite_text,
       "measure both with the same suite file and --duration, or with the same jobs of another "
       "tool"},
      {"primary-metrics", refuse, primary_text, "measure both with the same suite file"},
      {"preconditioning", refuse,
       [](const RunSummary& run) { return run.comparability.preconditioning; },
       "prepare both in the same way"},
      {"data", refuse, [](const RunSummary& run) { return run.comparability.data_kind; },
       "write the same kind of data to both"},
      {"contents", refuse, contents_text, "measure without --assume-written"},
      {"volume-type", refuse, volume_text,
       "measure volumes of one type and provisioning, or compare --by volume-type"},
      {"family", refuse,
       [](const RunSummary& run) { return parse_type_name(run.instance_type).family; },
       "give Results of one family, or compare --by instance-type or --by family"},
      {"size", refuse,
       [](const RunSummary& run) { return parse_type_name(run.instance_type).size; },
       "give Results of one size, or compare --by instance-type or --by size"},
      {"region", disclose, [](const RunSummary& run) { return run.region; }, ""},
      {"az", disclose, [](const RunSummary& run) { return run.availability_zone; }, ""},
      {"ami", disclose, [](const RunSummary& run) { return run.ami; }, ""},
      {"kernel", disclose, [](const RunSummary& run) { return run.kernel; }, ""},
      {"os", disclose, [](const RunSummary& run) { return run.distribution; }, ""},
      {"microcode", disclose, [](const RunSummary& run) { return run.microcode; }, ""},
      {"cpu", disclose, [](const RunSummary& run) { return run.cpu_model; }, ""},
      {"gpu", disclose, [](const RunSummary& run) { return run.gpu; }, ""},
      {"measured-on", disclose, [](const RunSummary& run) { return run.measured_on; }, ""},
      {"cufile-path", disclose, cufile_text, ""},
      {"assay-version", disclose, [](const RunSummary& run) { return run.assay_version; }, ""},
      {"day", disclose, [](const RunSummary& run) { return run.started_utc.substr(0, 10); }, ""},
      {"complete", disclose,
       [](const RunSummary& run) { return std::string(run.partial.empty() ? "yes" : "partial"); },
       ""},
  };
  return all;
}

std::vector<std::string_view> comparable_fields() {
  std::vector<std::string_view> names = {instance_type};
  for (const RunField& field : run_fields()) {
    // Runs of different suites or schemas have no cases in common: no name to compare them by.
    const bool of_method = field.when_different == WhenDifferent::refuse &&
                           field.name != "family" && field.name != "size" &&
                           field.name != "volume-type" && field.name != "preconditioning";
    if (!of_method && field.name != "complete") names.push_back(field.name);
  }
  return names;
}

std::string field_value(const RunSummary& run, std::string_view field) {
  if (field == instance_type) return run.instance_type;
  for (const RunField& one : run_fields()) {
    if (one.name == field) return one.value(run);
  }
  return {};
}

std::vector<FieldDifference> differences(const std::vector<const RunSummary*>& runs,
                                         std::string_view by) {
  std::vector<FieldDifference> found;
  for (const RunField& field : run_fields()) {
    const bool of_type = field.name == "family" || field.name == "size";
    if (field.name == by || (by == instance_type && of_type)) continue;
    FieldDifference difference{&field, {}};
    for (const RunSummary* run : runs) {
      const std::string value = field.value(*run);
      const bool known = std::any_of(difference.values.begin(), difference.values.end(),
                                     [&](const auto& one) { return one.first == value; });
      if (!known) difference.values.emplace_back(value, run->file);
    }
    if (difference.values.size() > 1) found.push_back(std::move(difference));
  }
  return found;
}

std::string refusal_text(const FieldDifference& difference) {
  std::string text(difference.field->name);
  text += ":";
  for (std::size_t i = 0; i < difference.values.size(); ++i) {
    if (i == values_told_max) {
      text += fmt::format(", and {} more", difference.values.size() - i);
      break;
    }
    text += fmt::format("{} '{}' in {}", i == 0 ? "" : ",", difference.values[i].first,
                        difference.values[i].second);
  }
  return text + (difference.field->remedy.empty() ? "" : ": ") +
         std::string(difference.field->remedy);
}

}  // namespace assay
