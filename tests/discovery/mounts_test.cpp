#include "runners/discovery/mounts.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

TEST(Mounts, OctalEscapesAreDecoded) {
  EXPECT_EQ(decode_octal(R"(/a\040b\011c\134d\012)"), "/a b\tc\\d\n");
  EXPECT_EQ(decode_octal(R"(/plain)"), "/plain");
  EXPECT_EQ(decode_octal(R"(/end\04)"), R"(/end\04)");
  EXPECT_EQ(decode_octal(R"(/x\999\777)"), R"(/x\999\777)");  // no octal digits; more than a byte
  EXPECT_EQ(decode_octal("\\"), "\\");
}

TEST(Mounts, LinesWithAndWithoutOptionalFields) {
  const auto mounts = parse_mountinfo(
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n"
      "37 35 0:24 / /ro ro - tmpfs tmpfs rw,size=4k\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_EQ(mounts[0].id, 36U);
  EXPECT_EQ(mounts[0].number, "98:0");
  EXPECT_EQ(mounts[0].mount_point, "/mnt2");
  EXPECT_EQ(mounts[0].type, "ext3");
  EXPECT_EQ(mounts[0].source, "/dev/root");
  EXPECT_EQ(mounts[0].options, "rw,noatime,errors=continue");
  EXPECT_EQ(mounts[1].options, "ro,size=4k");  // a read-only mount of a writable file system
}

TEST(Mounts, MalformedLinesAreLeftOut) {
  EXPECT_TRUE(parse_mountinfo("").empty());
  EXPECT_TRUE(parse_mountinfo("garbage\n\n- - -\n1 2 3:4 / /x rw ext4 /dev/x rw\n").empty());
  EXPECT_TRUE(parse_mountinfo("1 2 3:4 / /x rw - ext4\n").empty());
}

TEST(Mounts, SwapFilesAreNoDevices) {
  EXPECT_EQ(parse_swaps("Filename Type Size Used Priority\n/dev/dm-1 partition 1 0 -2\n"
                        "/swapfile file 1 0 -3\n/dev/my\\040disk partition 1 0 -4\n"),
            (Strings{"/dev/dm-1", "/dev/my disk"}));
  EXPECT_TRUE(parse_swaps("").empty());
}

TEST(Mounts, ThoseOfEveryProcessCount) {
  const ScratchDirectory scratch;
  const auto line = [](const std::string& point) {
    return "30 1 259:4 / " + point + " rw - xfs /dev/nvme1n1 rw\n";
  };
  scratch.write("proc/self/mountinfo", line("/own"));
  scratch.write("proc/1/mountinfo", line("/init"));
  scratch.write("proc/77/mountinfo", line("/container"));
  scratch.write("proc/78/comm", "gone");
  scratch.write("proc/fs/mountinfo", line("/no-process"));
  Strings points;
  for (const Mount& mount : read_all_mounts({scratch.path()})) points.push_back(mount.mount_point);
  EXPECT_EQ(points, (Strings{"/own", "/init", "/container"}));
}

}  // namespace
}  // namespace assay
