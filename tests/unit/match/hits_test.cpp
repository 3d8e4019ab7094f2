// SPDX-License-Identifier: Apache-2.0
#include "match/hits.h"

#include "matcher.h"

namespace bulkhead::match {
namespace {

using Sids = std::vector<uint32_t>;

std::string tcp(int sid, const std::string& options, const char* action = "alert") {
  return std::string(action) + " tcp any any -> any any (msg:\"m\"; sid:" + std::to_string(sid) +
         "; " + options + ")\n";
}

TEST_CASE("signature: a content is found over the border of two segments", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"EVIL\";"));
  CHECK(matcher.stream({"..EV", "IL.."}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"..EV", "_IL.."}, kTcpToServer).empty());
}

TEST_CASE("signature: all its parts must match, in whatever order when they are free", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"one\"; content:\"two\";"));
  CHECK(matcher.stream({"two one"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"one", "two"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"one one"}, kTcpToServer).empty());
}

TEST_CASE("signature: free parts may overlap", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"|00 01|\"; content:\"|01 02|\";"));
  CHECK(matcher.stream({std::string("\x00\x01\x02", 3)}, kTcpToServer) == Sids{1});
}

TEST_CASE("signature: free parts of a stream count together within 8192 bytes", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"one\"; content:\"two\";"));
  const std::string near(kPartsWithin - 3, '.'), far(kPartsWithin - 2, '.');
  CHECK(matcher.stream({"one", near, "two"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"one", far, "two"}, kTcpToServer).empty());
  CHECK(matcher.stream({"one", far, "two", "one"}, kTcpToServer) == Sids{1});
}

TEST_CASE("signature: distance and within try every place, not the first alone", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"A\"; content:\"B\"; distance:1; within:2;"));
  CHECK(matcher.stream({"A..A.B"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"A..B"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"AB"}, kTcpToServer).empty());
  CHECK(matcher.stream({"A...B"}, kTcpToServer).empty());
}

TEST_CASE("signature: with offset and depth each segment is looked at by itself", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"|05|\"; offset:7; depth:1;"));
  CHECK(matcher.stream({std::string(7, '.') + "\x05"}, kTcpToServer).empty());
  CHECK(matcher.unit(std::string(7, '.') + "\x05", kTcpToServer) == Sids{1});
  CHECK(matcher.unit(std::string(8, '.') + "\x05", kTcpToServer).empty());
  CHECK(matcher.unit(std::string(6, '.') + "\x05", kTcpToServer).empty());
}

TEST_CASE("signature: counts only where it is bound, in its direction and protocol", "[match]") {
  auto matcher = matcher_of(tcp(1, "content:\"x\"; flow:to_client;") + tcp(2, "content:\"x\";") +
                            "alert udp any any -> any any (msg:\"m\"; sid:3; content:\"x\";)\n");
  CHECK(matcher.stream({"x"}, kTcpToServer) == Sids{2});
  CHECK(matcher.stream({"x"}, {1, Toward::kClient, wire::ip_protocol::kTcp}) == Sids{1, 2});
  CHECK(matcher.stream({"x"}, {2, Toward::kServer, wire::ip_protocol::kTcp}).empty());
  CHECK(matcher.unit("x", kUdpToServer) == Sids{3});
}

TEST_CASE("signature: the strongest action is known also when many hit at once", "[match]") {
  std::string rules;
  for (int sid = 1; sid <= 40; ++sid) rules += tcp(sid, "content:\"x\";");
  auto matcher = matcher_of(rules + tcp(41, "content:\"x\";", "drop"));
  const CompiledSignatures& table = matcher.compiled().streams;
  Hits hits({table.signatures, table.signature_of, table.terms, table.ranges}, {}, kTcpToServer);
  for (uint32_t pattern = 0; pattern < 41; ++pattern)
    hits.sink().matched(hits.sink().context, pattern, 1);
  CHECK(hits.all().size() == kMaxHits);
  REQUIRE(hits.strongest() != kNoSlot);
  CHECK(table.signatures[hits.strongest()].sid == 41);
}

TEST_CASE("signature: flag A begins where it is looked for", "[match]") {
  auto matcher =
      matcher_of(tcp(1, R"(pcre:"/a|bc/A";)") + tcp(2, R"(content:"x"; pcre:"/.{2}y|z/AR";)"));
  CHECK(matcher.unit("bc", kTcpToServer) == Sids{1});
  CHECK(matcher.unit(".a", kTcpToServer).empty());
  CHECK(matcher.stream({"..x..y"}, kTcpToServer) == Sids{2});
  CHECK(matcher.stream({"..xz"}, kTcpToServer) == Sids{2});
  CHECK(matcher.stream({"..x...yz"}, kTcpToServer).empty());
}

TEST_CASE("signature: pcre flags, and R with an anchor, mean what they mean elsewhere", "[match]") {
  auto matcher =
      matcher_of(tcp(1, R"(pcre:"/evil.x/is";)") + tcp(2, R"(content:"GET "; pcre:"/^\/a{2}/R";)") +
                 tcp(3, R"(pcre:"/^start/";)"));
  CHECK(matcher.stream({"EVIL\nX"}, kTcpToServer) == Sids{1});
  CHECK(matcher.stream({"..GET /", "aa"}, kTcpToServer) == Sids{2});
  CHECK(matcher.stream({"..GET ./aa"}, kTcpToServer).empty());
  CHECK(matcher.unit("start", kTcpToServer) == Sids{3});
  CHECK(matcher.unit(".start", kTcpToServer).empty());
}

}  // namespace
}  // namespace bulkhead::match
