// Each rule on planted violations, so that a rule which finds nothing is one that can find.
#include "tests/architecture/rules.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace assay::architecture {
namespace {

std::vector<SourceFile> file(const std::string& path, const std::string& text) {
  return {make_source(path, text)};
}

std::string lines(std::size_t count, const std::string& line) {
  std::string text;
  for (std::size_t index = 0; index < count; ++index) {
    text += line + "\n";
  }
  return text;
}

struct IncludeCase {
  const char* path;
  const char* include;
  bool allowed;
};

// CTest shows parameters; the default would be bytes and addresses.
std::ostream& operator<<(std::ostream& out, const IncludeCase& row) {
  return out << row.path << " includes " << row.include;
}

class IncludeRule : public testing::TestWithParam<IncludeCase> {};

TEST_P(IncludeRule, Decides) {
  const auto& [path, include, allowed] = GetParam();
  const Violations found =
      find_forbidden_includes(file(path, std::string("\n#include ") + include + "\n"));
  ASSERT_EQ(found.size(), allowed ? 0U : 1U) << path << " " << include;
  if (!allowed) {
    EXPECT_TRUE(found.front().starts_with(std::string(path) + ":2: ")) << found.front();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, IncludeRule,
    testing::Values(IncludeCase{"kernels/cpu/avx2.cpp", "<immintrin.h>", true},
                    IncludeCase{"kernels/cpu/avx2.cpp", "\"kernels/cpu/kernels.hpp\"", true},
                    IncludeCase{"kernels/cpu/avx2.cpp", "<fmt/format.h>", false},
                    IncludeCase{"kernels/cpu/avx2.cpp", "\"reports/model/metric.hpp\"", false},
                    IncludeCase{"kernels/cpu/avx2.cpp", "<cuda_runtime.h>", false},
                    IncludeCase{"kernels/cuda/copy.cu", "<cuda_runtime.h>", true},
                    IncludeCase{"kernels/cuda/copy.cu", "<hwloc.h>", false},
                    IncludeCase{"reports/model/a.hpp", "<fmt/format.h>", true},
                    IncludeCase{"reports/model/a.hpp", "<nlohmann/json.hpp>", false},
                    IncludeCase{"reports/model/a.hpp", "\"reports/sha256.hpp\"", false},
                    IncludeCase{"reports/html/a.cpp", "\"reports/model/metric.hpp\"", true},
                    IncludeCase{"reports/html/a.cpp", "<openssl/evp.h>", true},
                    IncludeCase{"reports/html/a.cpp", "\"bench/measure/clock.hpp\"", false},
                    IncludeCase{"reports/html/a.cpp", "<liburing.h>", false},
                    IncludeCase{"bench/storage/a.cpp", "<liburing.h>", true},
                    IncludeCase{"bench/storage/a.cpp", "<linux/fs.h>", true},
                    IncludeCase{"bench/storage/a.cpp", "\"kernels/cpu/kernels.hpp\"", true},
                    IncludeCase{"bench/storage/a.cpp", "\"reports/html/page.hpp\"", false},
                    IncludeCase{"bench/storage/a.cpp", "\"runners/plan/plan.hpp\"", false},
                    IncludeCase{"bench/storage/a.cpp", "<CLI/CLI.hpp>", false},
                    IncludeCase{"bench/storage/a.cpp", "<blkid/blkid.h>", false},
                    IncludeCase{"runners/cli/a.cpp", "<CLI/CLI.hpp>", true},
                    IncludeCase{"runners/cli/a.cpp", "\"tests/e2e/a.hpp\"", false},
                    IncludeCase{"runners/cli/a.cpp", "<boost/asio.hpp>", false},
                    IncludeCase{"runners/cli/a.cpp", "<numa.h>", false}),
    [](const auto& test) { return "case" + std::to_string(test.index); });

TEST(IncludeRuleText, WantsARowForEachFolder) {
  EXPECT_EQ(find_forbidden_includes(file("extras/a.cpp", "")),
            Violations{"extras/a.cpp:1: a folder without a row in folder_rules()"});
}

TEST(IncludeRuleText, IgnoresCommentsAndLiterals) {
  const std::string text =
      "// #include <CLI/CLI.hpp>\n"
      "/*\n#include <CLI/CLI.hpp>\n*/\n"
      "const char* a = R\"(\n#include <CLI/CLI.hpp>\n)\";\n";
  EXPECT_EQ(find_forbidden_includes(file("bench/a.cpp", text)), Violations{});
}

TEST(HeaderRule, WantsPragmaOnceAndPathsFromTheRoot) {
  EXPECT_EQ(find_header_faults(file("bench/a.hpp", "#pragma once\n#include <vector>\n")).size(),
            0U);
  EXPECT_EQ(find_header_faults(file("bench/a.hpp", "// #pragma once\n")).size(), 1U);
  EXPECT_EQ(find_header_faults(file("bench/a.cpp", "#include \"a.hpp\"\n")),
            Violations{"bench/a.cpp:1: include by the path from the source root"});
}

TEST(CudaRule, AllowsOneHostFile) {
  const std::string cuda = "#include <cuda_runtime.h>\n";
  std::vector<SourceFile> sources = {make_source("kernels/cuda/copy.cu", cuda),
                                     make_source("bench/gpu/device.cpp", cuda + cuda)};
  EXPECT_EQ(find_cuda_leaks(sources).size(), 0U);
  sources.push_back(make_source("bench/gpu/second.cpp", cuda));
  EXPECT_EQ(find_cuda_leaks(sources).size(), 1U);
  EXPECT_EQ(find_cuda_leaks(file("kernels/cuda/error.cuh", cuda)).size(), 0U);
  EXPECT_EQ(find_cuda_leaks(file("bench/gpu/a.hpp", cuda)).size(), 1U);
  EXPECT_EQ(find_cuda_leaks(file("kernels/cuda/cuda_absent.cpp", cuda)).size(), 1U);
  EXPECT_EQ(find_cuda_leaks(file("runners/a.cpp", cuda)).size(), 1U);
}

TEST(SizeRule, LimitsFilesAndLines) {
  EXPECT_EQ(find_oversize(file("bench/a.cpp", lines(400, "int a;"))).size(), 0U);
  EXPECT_EQ(find_oversize(file("bench/a.cpp", lines(401, "int a;"))).size(), 1U);
  EXPECT_EQ(find_oversize(file("bench/a.cpp", std::string(100, 'a') + "\n")).size(), 0U);
  EXPECT_EQ(find_oversize(file("bench/a.cpp", std::string(101, 'a') + "\n")).size(), 1U);
  EXPECT_EQ(column_count("µs"), 2U);
}

TEST(SizeRule, LimitsFunctions) {
  const auto with_body = [](std::size_t count) {
    return "namespace a {\nint f() {\n" + lines(count, "  g();") + "}\n}\n";
  };
  EXPECT_EQ(find_oversize(file("bench/a.cpp", with_body(68))), Violations{});
  EXPECT_EQ(find_oversize(file("bench/a.cpp", with_body(69))),
            Violations{"bench/a.cpp:2: functions have at most 70 lines"});
}

std::vector<std::size_t> line_counts(const std::string& text) {
  std::vector<std::size_t> counts;
  for (const FunctionExtent& extent : function_extents(make_source("a.cpp", text))) {
    counts.push_back(extent.line_count);
  }
  return counts;
}

TEST(FunctionExtents, SeesThroughNamespacesClassesAndTemplates) {
  EXPECT_EQ(line_counts("namespace {\nstruct A : B {\n  int f() const { return 1; }\n};\n}\n"),
            std::vector<std::size_t>{1});
  EXPECT_EQ(line_counts("template <class T, class U = X<int>>\nT f(T a) {\n  return a;\n}\n"),
            std::vector<std::size_t>{3});
  EXPECT_EQ(line_counts("TEST(A, B) {\n  if (x) {\n  }\n}\n"), std::vector<std::size_t>{4});
}

TEST(FunctionExtents, TakesAConstructorByItsBody) {
  EXPECT_EQ(line_counts("A::A(int a) : a_{a}, b_{\n1} {\n  f();\n\n}\n"),
            std::vector<std::size_t>{4});
}

TEST(FunctionExtents, LeavesTablesAndLiteralsAlone) {
  EXPECT_EQ(line_counts("const std::array<Row, 2> rows = {{\n{f(1)},\n{f(2)},\n}};\n"),
            std::vector<std::size_t>{});
  EXPECT_EQ(line_counts("enum class A {\n  b,\n};\nconst char* c = \"f() {\";\n"),
            std::vector<std::size_t>{});
  EXPECT_EQ(line_counts("int f() {\n  return '{' + 1'000;  // }\n}\n"),
            std::vector<std::size_t>{3});
}

TEST(WordRule, ForbidsMacrosPrintingAndTheEnvironment) {
  const auto count = [](const std::string& path, const std::string& text) {
    return find_forbidden_words(file(path, text)).size();
  };
  EXPECT_EQ(count("tests/a.cpp", "#define A 1\n"), 1U);
  EXPECT_EQ(count("bench/a.cpp", "  std::cout << 1;\n"), 1U);
  EXPECT_EQ(count("reports/a.cpp", "  std::printf(\"x\");\n"), 1U);
  EXPECT_EQ(count("kernels/a.cpp", "  fmt::print(\"x\");\n"), 1U);
  EXPECT_EQ(count("bench/a.cpp", "  std::getenv(\"A\");\n"), 1U);
  EXPECT_EQ(count("runners/a.cpp", "  std::cout << std::getenv(\"A\");\n"), 0U);
  EXPECT_EQ(count("bench/a.cpp", "  snprintf(a);\n// std::cout\n\"#define\";\n"), 0U);
}

}  // namespace
}  // namespace assay::architecture
