#include "runners/upload/destination.hpp"

#include <gtest/gtest.h>

#include "runners/usage_error.hpp"

namespace assay {
namespace {

TEST(Destination, S3) {
  const Destination destination = parse_destination("s3://my.bucket-1/a/b/");
  EXPECT_EQ(destination.bucket, "my.bucket-1");
  EXPECT_EQ(destination.key_prefix, "a/b");
  EXPECT_EQ(parse_destination("s3://bucket").key_prefix, "");
  for (const char* text : {"s3://", "s3://A", "s3:///x", "s3://a", "s3://-ab"}) {
    EXPECT_THROW(parse_destination(text), UsageError) << text;
  }
}

TEST(Destination, Prefix) {
  EXPECT_EQ(parse_destination("https://h:8443/a//").http_prefix, "https://h:8443/a");
  EXPECT_THROW(parse_destination("https://h/a?X-Amz-Signature=1"), UsageError);
  EXPECT_THROW(parse_destination("gopher://h/a"), UsageError);
  EXPECT_THROW(parse_destination("/no/such/file"), UsageError);
  EXPECT_THROW(parse_destination("/"), UsageError);
}

TEST(Destination, PresignedUrls) {
  const Destination destination =
      parse_presigned("f", "# comment\n\nresult https://h/r?X=1\n  log\thttps://h/l?X=2\n");
  EXPECT_EQ(destination.text, "f");
  EXPECT_EQ(destination.presigned.at(UploadObject::result), "https://h/r?X=1");
  EXPECT_EQ(destination.presigned.at(UploadObject::log), "https://h/l?X=2");
  EXPECT_EQ(destination.presigned.size(), 2U);
}

TEST(Destination, AFileThatIsNoneSaysWhereWithoutTheUrl) {
  for (const char* text :
       {"", "log https://h/l?secret\n", "result\n", "result https://h/?secret more\n",
        "moon https://h/?secret\n", "result https://h/?secret\nresult https://h/?secret\n",
        "result h/?secret\n"}) {
    try {
      parse_presigned("urls", text);
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

TEST(Destination, EndOfAPresignedUrl) {
  // 2015-08-30T12:36:00Z is 1440938160 (date -u -d ... +%s)
  EXPECT_EQ(presigned_end_s("https://h/r?X-Amz-Expires=60&X-Amz-Date=20150830T123600Z"),
            1440938220);
  EXPECT_FALSE(presigned_end_s("https://h/r").has_value());
  EXPECT_FALSE(presigned_end_s("https://h/r?X-Amz-Date=soon&X-Amz-Expires=60").has_value());
  EXPECT_FALSE(presigned_end_s("https://h/r?X-Amz-Date=20150830T123600Z").has_value());
}

}  // namespace
}  // namespace assay
