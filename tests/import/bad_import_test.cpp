#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/import/import.hpp"
#include "reports/json/document_limits.hpp"
#include "tests/import/import_support.hpp"

namespace assay {
namespace {

const ImportTool& tool_named(const std::string& name) {
  for (const ImportTool& tool : import_tools()) {
    if (tool.name == name) return tool;
  }
  throw std::runtime_error("no tool " + name);
}

/// The words with which a file is refused; empty when it is taken.
std::string refusal(const std::string& tool, const std::string& text) {
  try {
    check_values(tool_named(tool).read(text, {}));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

void expect_words(const std::string& tool, const std::string& text, const std::string& words) {
  EXPECT_NE(refusal(tool, text).find(words), std::string::npos) << refusal(tool, text);
}

/// The fixture's JSON with one member set to another value, at a JSON pointer.
std::string changed(const std::string& fixture, const std::string& pointer,
                    const nlohmann::json& value) {
  const std::string text = import_fixture(fixture);
  nlohmann::json document = nlohmann::json::parse(text.substr(text.find('{')));
  document[nlohmann::json::json_pointer(pointer)] = value;
  return document.dump();
}

/// The fixture's JSON with one member gone.
std::string without(const std::string& fixture, const std::string& object,
                    const std::string& member) {
  nlohmann::json document = nlohmann::json::parse(import_fixture(fixture));
  document[nlohmann::json::json_pointer(object)].erase(member);
  return document.dump();
}

TEST(bad_import, what_is_no_json_is_told) {
  for (const ImportTool& tool : import_tools()) {
    const std::string name(tool.name);
    expect_words(name, "", "no JSON in it");
    expect_words(name, "random: (g=0): rw=randread, bs=4k\n", "no JSON in it");
    expect_words(name, "{", "not valid JSON");
    expect_words(name, R"({"fio version": NaN})", "not valid JSON");
    expect_words(name, std::string("{\"a\": \"\xff\"}"), "not valid JSON");
    expect_words(name, "{\"a\": 1e999}", "not valid JSON");
    expect_words(name, "{" + std::string(100, '['), "nested deeper");
    expect_words(name, "{\"a\": \"" + std::string(2 << 20, 'x') + "\"}", "more than 1 MiB");
    expect_words(name, "{}", "not " + name + "'s JSON; make it with");
    expect_words(name, R"({"schema": "assay-result"})", "a Result of assay already");
  }
}

TEST(bad_import, the_right_command_is_named_for_another_tools_file) {
  expect_words("fio", import_fixture("nvbandwidth.json"),
               "this looks like nvbandwidth's JSON: assay import nvbandwidth FILE");
  expect_words("nvbandwidth", import_fixture("google-benchmark.json"),
               "assay import google-benchmark FILE");
  expect_words("google-benchmark", import_fixture("fio-full.txt"), "assay import fio FILE");
}

TEST(bad_import, an_old_fio_is_refused_with_what_to_do) {
  for (const char* version : {"fio-2.16", "2.1.3", "fio", ""}) {
    expect_words("fio", changed("fio-several.json", "/fio version", version),
                 "measure again with fio 3 or later");
  }
  expect_words("fio", changed("fio-several.json", "/fio version", 3), "expected a text");
}

TEST(bad_import, a_number_that_cannot_be_is_named_with_its_place) {
  const std::string read = "/jobs/0/read/";
  for (const auto& [member, value] :
       std::vector<std::pair<std::string, nlohmann::json>>{{"iops", -1},
                                                           {"iops", 1e19},
                                                           {"bw_bytes", -4096},
                                                           {"total_ios", 1.5},
                                                           {"runtime", "2004"},
                                                           {"io_bytes", nullptr}}) {
    expect_words("fio", changed("fio-several.json", read + member, value),
                 "jobs[0].read." + member + ": ");
  }
  expect_words("fio", changed("fio-several.json", read + "clat_ns/percentile/99.000000", -5),
               "jobs[0].read.clat_ns.percentile.99.000000: -5 is no value");
  expect_words("fio", changed("fio-several.json", read + "clat_ns/percentile/<b>", 5),
               "not a percentile");
  expect_words("fio", changed("fio-group.json", read + "lat_ns/bins/x", 5), "not a latency");
  expect_words("nvbandwidth",
               changed("nvbandwidth.json", "/nvbandwidth/testcases/0/bandwidth_matrix/0/1", "nan"),
               "nvbandwidth.testcases[0].bandwidth_matrix[0][1]: 'nan' is no value");
  expect_words("nvbandwidth",
               changed("nvbandwidth.json", "/nvbandwidth/testcases/0/bandwidth_matrix/0/1", "1e17"),
               "is no value that can be measured");
  expect_words("google-benchmark", changed("google-benchmark.json", "/benchmarks/0/real_time", -1),
               "benchmarks[0].real_time: -1 is no value");
  expect_words("google-benchmark",
               changed("google-benchmark.json", "/benchmarks/0/time_unit", "weeks"),
               "'weeks' is none of ns, us, ms, s");
  expect_words("google-benchmark", changed("google-benchmark.json", "/context/num_cpus", 1e9),
               "context.num_cpus: more CPUs");
}

TEST(bad_import, a_missing_member_is_named) {
  expect_words("fio", without("fio-several.json", "", "jobs"), "jobs: missing");
  expect_words("fio", without("fio-several.json", "/jobs/1", "read"), "jobs[1].read: missing");
  expect_words("fio", without("fio-several.json", "/jobs/0/read", "iops"),
               "jobs[0].read.iops: missing");
  expect_words("fio", without("fio-several.json", "/jobs/0/read", "clat_ns"),
               "jobs[0].read.clat_ns: missing");
  expect_words("fio", without("fio-several.json", "/jobs/0", "jobname"),
               "jobs[0].jobname: missing");
  expect_words("nvbandwidth", without("nvbandwidth.json", "/nvbandwidth", "testcases"),
               "no testcases");
  expect_words("nvbandwidth", without("nvbandwidth.json", "/nvbandwidth/testcases/0", "status"),
               "testcases[0].status: missing");
  expect_words("google-benchmark", without("google-benchmark.json", "/benchmarks/0", "cpu_time"),
               "benchmarks[0].cpu_time: missing");
}

TEST(bad_import, a_file_without_results_is_told) {
  const nlohmann::json none = nlohmann::json::array();
  expect_words("fio", changed("fio-several.json", "/jobs", none), "jobs: empty");
  expect_words("fio", R"({"fio version": "fio-3.33", "client_stats": []})", "client and server");
  expect_words("nvbandwidth", changed("nvbandwidth.json", "/nvbandwidth/testcases", none),
               "testcases: empty");
  expect_words("nvbandwidth",
               changed("nvbandwidth.json", "/nvbandwidth/testcases/0/bandwidth_matrix", none),
               "bandwidth_matrix: no value");
  expect_words("google-benchmark", changed("google-benchmark.json", "/benchmarks", none),
               "benchmarks: empty");
}

/// Every member of each fixture in turn replaced by something else: words or a Result, never more.
TEST(bad_import, no_wrong_type_anywhere_does_harm) {
  for (const auto& [tool, fixture] : {std::pair{"fio", "fio-rate.json"},
                                      {"nvbandwidth", "nvbandwidth.json"},
                                      {"google-benchmark", "google-benchmark.json"}}) {
    const nlohmann::json document = nlohmann::json::parse(import_fixture(fixture));
    std::size_t bins = 0;
    const nlohmann::json flat = document.flatten();
    for (const auto& [pointer, old] : flat.items()) {
      if (pointer.find("/bins/") != std::string::npos && ++bins > 5) continue;
      for (const nlohmann::json& wrong :
           {nlohmann::json(nullptr), nlohmann::json(-1), nlohmann::json("<script>"),
            nlohmann::json::array(), nlohmann::json::object(), nlohmann::json(1e300)}) {
        nlohmann::json whole = document;
        whole[nlohmann::json::json_pointer(pointer)] = wrong;
        static_cast<void>(refusal(tool, whole.dump()));
      }
    }
  }
}

}  // namespace
}  // namespace assay
