// make_fleet DIR INSTANCES [SEED [RESULT]]: writes DIR/TYPE/NUMBER/result.json of a synthetic
// fleet; with RESULT, a file, one that may stand in a table with it.
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include "reports/json/result_json.hpp"
#include "reports/trust/seal.hpp"
#include "tests/fleet/synthetic_fleet.hpp"

namespace {

void write(const std::filesystem::path& directory, const std::string& text) {
  std::filesystem::create_directories(directory);
  std::ofstream file(directory / "result.json", std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("write into " + directory.string());
}

/// As if measured by the same suite, prepared in the same way.
void make_comparable(assay::Result& result, const assay::Result& like) {
  result.plan.suite = like.plan.suite;
  result.plan.suite_sha256 = like.plan.suite_sha256;
  result.plan.primary = like.plan.primary;
  result.comparability = like.comparability;
}

assay::Result read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return assay::read_result(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: make_fleet DIR INSTANCES_OF_EACH_TYPE [SEED [RESULT]]\n";
    return 2;
  }
  try {
    const auto instances = static_cast<std::uint32_t>(std::stoul(argv[2]));
    const std::uint64_t seed = argc > 3 ? std::stoull(argv[3]) : 1;
    std::optional<assay::Result> like;
    if (argc > 4) like = read(argv[4]);
    for (const std::string& name : assay::synthetic_types()) {
      const assay::InstanceType* type = assay::find_type(assay::embedded_catalog(), name);
      if (type == nullptr) throw std::runtime_error(name + " is not in the catalog");
      for (std::uint32_t i = 0; i < instances; ++i) {
        assay::Result result = assay::synthetic_instance(*type, i, seed);
        if (like) make_comparable(result, *like);
        assay::seal(result, std::nullopt);
        write(std::filesystem::path(argv[1]) / name / fmt::format("{:05}", i),
              assay::write_json(result) + "\n");
      }
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "make_fleet: " << error.what() << '\n';
    return 1;
  }
}
