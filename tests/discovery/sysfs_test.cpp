#include "runners/discovery/sysfs.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

TEST(Sysfs, NaturalOrder) {
  Strings names{"nvme10n1", "sdb", "nvme2n1", "nvme2n10", "nvme2n2", "sda", "dm-1"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_EQ(names, (Strings{"dm-1", "nvme2n1", "nvme2n2", "nvme2n10", "nvme10n1", "sda", "sdb"}));
  EXPECT_FALSE(natural_less("a1", "a1"));
  EXPECT_NE(natural_less("a01", "a1"), natural_less("a1", "a01"));
  EXPECT_TRUE(natural_less("a", "a1"));
  EXPECT_TRUE(natural_less("x18446744073709551616", "x18446744073709551617"));
}

TEST(Sysfs, CleanTextKeepsUtf8AndDropsTheRest) {
  EXPECT_EQ(clean_text("plain"), "plain");
  EXPECT_EQ(clean_text("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(clean_text("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(clean_text("a\x1B[31mb\x7F"), "a?[31mb?");
  EXPECT_EQ(clean_text("\xFF\xC3"), "??");
  EXPECT_EQ(clean_text("\xC0\xAF"), "??");            // overlong '/'
  EXPECT_EQ(clean_text("\xED\xA0\x80"), "???");       // surrogate
  EXPECT_EQ(clean_text("\xF4\x90\x80\x80"), "????");  // above U+10FFFF
}

TEST(Sysfs, NumbersAreAllOrNothing) {
  const ScratchDirectory scratch;
  EXPECT_EQ(read_number(scratch.write("a", " 42\n")), 42U);
  EXPECT_EQ(read_number(scratch.write("b", "42 kB\n")), std::nullopt);
  EXPECT_EQ(read_number(scratch.write("c", "-1\n")), std::nullopt);
  EXPECT_EQ(read_number(scratch.write("d", "")), std::nullopt);
  EXPECT_EQ(read_number(scratch.write("e", "99999999999999999999\n")), std::nullopt);
  EXPECT_EQ(read_number(scratch.path() / "missing"), std::nullopt);
  EXPECT_EQ(read_number_32(scratch.write("f", "4294967295")), 4294967295U);
  EXPECT_EQ(read_number_32(scratch.write("g", "4294967296")), 0U);
  EXPECT_EQ(read_hex_number(scratch.write("h", "0x10de\n")), 0x10deU);
  EXPECT_EQ(read_hex_number(scratch.write("i", "10de\n")), std::nullopt);
  EXPECT_EQ(read_numa_node(scratch.write("j", "1\n")), 1U);
  EXPECT_EQ(read_numa_node(scratch.write("k", "-1\n")), std::nullopt);
}

TEST(Sysfs, DirectoriesAndPipesAreNoText) {
  const ScratchDirectory scratch;
  EXPECT_EQ(read_file(scratch.path()), "");
  EXPECT_EQ(read_file("/dev/zero"), "");
}

TEST(Sysfs, TheChoiceInBrackets) {
  EXPECT_EQ(bracketed("none [mq-deadline] kyber"), "mq-deadline");
  EXPECT_EQ(bracketed("[none]"), "none");
  EXPECT_EQ(bracketed("none"), "none");
  EXPECT_EQ(bracketed("] odd ["), "] odd [");
  EXPECT_EQ(bracketed(""), "");
}

TEST(Sysfs, CpuLists) {
  EXPECT_EQ(count_cpu_list("0-3,8"), 5U);
  EXPECT_EQ(count_cpu_list("7"), 1U);
  EXPECT_EQ(count_cpu_list(""), 0U);
  EXPECT_EQ(count_cpu_list("3-0"), 0U);
  EXPECT_EQ(count_cpu_list("0-"), 0U);
  EXPECT_EQ(count_cpu_list("0-18446744073709551615"), 0U);
}

}  // namespace
}  // namespace assay
