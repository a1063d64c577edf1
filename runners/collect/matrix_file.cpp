#include "runners/collect/matrix_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "runners/discovery/sysfs.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/provenance.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::int64_t repeats_max = 1000;
constexpr std::size_t runs_max = 100000;

/// Owns the name of the file, for messages.
class MatrixReader {
 public:
  explicit MatrixReader(const std::string& file) : file_(file) {}

  [[noreturn]] void fail(const toml::source_region& at, const std::string& what) const {
    throw UsageError(fmt::format("--matrix {}:{}: {}", file_, at.begin.line, what));
  }

  /// A text, or a list of texts, each of them matching the pattern; absent: `absent`.
  std::vector<std::string> texts(const toml::table& table, const char* key, const char* pattern,
                                 std::vector<std::string> absent) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return absent;
    const std::regex shape(pattern);
    std::vector<std::string> found;
    const auto take = [&](const toml::node& one) {
      const auto text = one.value<std::string>();
      if (!one.is_string() || !text || !std::regex_match(*text, shape)) {
        fail(one.source(), fmt::format("{}: '{}' is not one", key, text.value_or("")));
      }
      found.push_back(*text);
    };
    if (const toml::array* list = node->as_array()) {
      for (const toml::node& one : *list) take(one);
    } else {
      take(*node);
    }
    return found.empty() ? absent : found;
  }

  std::size_t repeats(const toml::table& row) const {
    const toml::node* node = row.get("repeats");
    if (node == nullptr) return 1;
    const auto number = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
    if (!number || *number < 1 || *number > repeats_max) {
      fail(node->source(), "repeats: give a whole number from 1 to 1000");
    }
    return static_cast<std::size_t>(*number);
  }

  /// As cells() of cloud-init/fleet/matrix.py: `repeats` is for each zone; instances of one type,
  /// market and volumes are numbered through.
  void add_row(const toml::table& row, Matrix& matrix) {
    const auto types = texts(row, "types", "[a-z][a-z0-9-]*\\.[a-z0-9-]+", {});
    if (types.empty()) fail(row.source(), "types must be given, such as types = [\"i4i.xlarge\"]");
    const auto zones = texts(row, "zones", "[a-z0-9-]{4,40}", {""});
    const auto markets = texts(row, "market", "on-demand|spot|capacity-block", {"on-demand"});
    const auto volumes = texts(row, "volumes", "[a-z0-9-]{1,24}", {"none"});
    const std::size_t count = repeats(row) * zones.size();
    if (matrix.runs.size() + types.size() * markets.size() * volumes.size() * count > runs_max) {
      fail(row.source(), fmt::format("more than {} runs", runs_max));
    }
    for (const std::string& type : types) {
      for (const std::string& market : markets) {
        for (const std::string& kind : volumes) {
          std::string name = type;
          if (market != "on-demand") name += "-" + market;
          if (kind != "none") name += "-" + kind;
          for (std::size_t i = 0; i < count; ++i) {
            PlannedRun run{"",
                           fmt::format("{}-{:02}", name, ++numbers_[name]),
                           type,
                           "",
                           market,
                           kind,
                           zones[i % zones.size()]};
            run.folder = fmt::format("family={}/type={}/run={}", type.substr(0, type.find('.')),
                                     type, run.id);
            matrix.runs.push_back(std::move(run));
          }
        }
      }
    }
  }

 private:
  const std::string& file_;
  std::map<std::string, std::size_t> numbers_;
};

}  // namespace

Matrix parse_launch_matrix(const std::string& text, const std::string& file) {
  toml::table document;
  try {
    document = toml::parse(text, std::string_view(file));
  } catch (const toml::parse_error& error) {
    throw UsageError(
        fmt::format("--matrix {}:{}: {}", file, error.source().begin.line, error.description()));
  }
  MatrixReader reader(file);
  Matrix matrix;
  matrix.command = quoted_command_line({"launch.py", file, "--start"});
  const auto name = reader.texts(document, "name", "[a-z0-9][a-z0-9-]{0,39}", {});
  const auto region = reader.texts(document, "region", "[a-z]{2}(-[a-z]+)+-[0-9]+", {""});
  const toml::array* rows = document["matrix"].as_array();
  if (name.size() != 1 || region.size() != 1 || rows == nullptr || rows->empty()) {
    throw UsageError(fmt::format(
        "--matrix {}: no matrix file of launch.py: it has a name and rows [[matrix]] (README of "
        "cloud-init)",
        file));
  }
  matrix.name = name.front();
  matrix.region = region.front();
  matrix.suite = reader.texts(document, "suite", "[a-z-]+", {"standard"}).front();
  for (const toml::node& row : *rows) {
    if (!row.is_table()) reader.fail(row.source(), "write [[matrix]] and keys below it");
    reader.add_row(*row.as_table(), matrix);
  }
  return matrix;
}

Matrix parse_slurm_matrix(const std::string& text, const std::string& file) {
  Matrix matrix;
  matrix.launcher = Launcher::slurm;
  try {
    const auto document = nlohmann::json::parse(text);
    if (document.at("assay_matrix") != 1) {
      throw UsageError(fmt::format("--matrix {}: of another version of assay-matrix", file));
    }
    matrix.command = clean_text(document.at("command").get<std::string>());
    for (const auto& row : document.at("rows")) {
      const std::string group = clean_text(row.at("folder").get<std::string>());
      const auto repeats = row.at("repeats").get<std::int64_t>();
      if (repeats < 1 || repeats > repeats_max) {
        throw UsageError(fmt::format("--matrix {}: repeats: {}", file, repeats));
      }
      for (std::int64_t i = 1; i <= repeats; ++i) {
        PlannedRun run;
        run.group = group;
        run.id = fmt::format("{:02}", i);
        run.folder = fmt::format("{}/run={}", group, run.id);
        matrix.runs.push_back(std::move(run));
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw UsageError(fmt::format("--matrix {}: no matrix.json of assay-matrix", file));
  }
  return matrix;
}

Matrix read_matrix(const std::string& file) {
  std::string text;
  try {
    text = read_file(file);
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--matrix {}: {}", file, error.what()));
  }
  return file.ends_with(".json") ? parse_slurm_matrix(text, file) : parse_launch_matrix(text, file);
}

}  // namespace assay
