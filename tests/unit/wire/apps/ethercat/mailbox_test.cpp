// SPDX-License-Identifier: Apache-2.0
// Mailboxes in datagrams and of the gateway: each of their services, and what is none.
#include "frames.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::ecat;
using ethercat::PointSpace;

namespace {

using Class = OperationClass;

constexpr Header kWrite{.command = 5, .offset = 0x1800};
constexpr Header kFetch{.command = 4, .offset = 0x1c00, .counter = 1};

// Of the gateway: nothing but the mailbox.
Octets gateway(const Octets& content) {
  return frame(5, content);
}

}  // namespace

TEST_CASE("ethercat: an SDO upload is a read of the object, in a write of the mailbox",
          "[ethercat]") {
  Master master;
  const Told& told = master.told(command(kWrite, sdo(2, 0x40, 0x1018, 4, Octets(4, 0))));
  CHECK(told.name == "sdo_initiate_upload");
  CHECK(told.cls == Class::kRead);
  CHECK(told.unit == 0x1001);
  REQUIRE(told.points.size() == 2);
  CHECK(told.points[0].access == Class::kWrite);
  CHECK(told.points[0].first == 0x1800);
  CHECK(told.points[0].last == 0x1800 + 15);
  CHECK(told.points[1].access == Class::kRead);
  CHECK(told.points[1].first == in_space(PointSpace::kCoeObject, 0x101804));
  CHECK(told.points[1].last == told.points[1].first);
  const Told& answer =
      master.told(command(kFetch, sdo(3, 0x43, 0x1018, 4, {1, 2, 3, 4})), Side::kResponse);
  CHECK(answer.name == "sdo_initiate_upload");
  CHECK(answer.direction == Direction::kResponse);
  CHECK(answer.points[0].access == Class::kRead);
  CHECK(answer.bytes == std::vector<Octets>{{1, 2, 3, 4}});
}

TEST_CASE("ethercat: an SDO download is a write of the object, with its data", "[ethercat]") {
  Master master;
  CHECK(master.told(command(kWrite, sdo(2, 0x2f, 0x6060, 0, {8, 0, 0, 0}))).bytes ==
        std::vector<Octets>{{8}});
  const Told& told = master.tells.all.back();
  CHECK(told.name == "sdo_initiate_download");
  CHECK(told.cls == Class::kWrite);
  CHECK(told.technique == 836);
  CHECK(told.points[1].first == in_space(PointSpace::kCoeObject, 0x606000));
  const Octets longer = le32(6) + Octets{1, 2, 3, 4, 5, 6};
  CHECK(master.told(command(kWrite, sdo(2, 0x21, 0x6060, 0, longer))).bytes ==
        std::vector<Octets>{{1, 2, 3, 4, 5, 6}});
  const Told& answer =
      master.told(command(kFetch, sdo(3, 0x60, 0x6060, 0, Octets(4, 0))), Side::kResponse);
  CHECK(answer.name == "sdo_initiate_download");
  CHECK(answer.bytes.empty());
}

TEST_CASE("evasion: a download to the objects that hold programs is firmware",
          "[ethercat][evasion]") {
  const auto name = [](uint16_t index, uint8_t command) {
    Master master;
    return master.told(ecat::command(kWrite, sdo(2, command, index, 1, Octets(4, 0)))).name;
  };
  CHECK(name(0x1f4f, 0x21) == "sdo_initiate_download");
  CHECK(name(0x1f50, 0x21) == "sdo_program_download");
  CHECK(name(0x1f51, 0x2f) == "sdo_program_download");
  CHECK(name(0x1f52, 0x21) == "sdo_initiate_download");
  CHECK(name(0x1f50, 0x40) == "sdo_initiate_upload");
  Master master;
  const Told& told = master.told(command(kWrite, sdo(2, 0x21, 0x1f50, 1, Octets(4, 0))));
  CHECK(told.cls == Class::kFirmware);
  CHECK(told.points[1].access == Class::kFirmware);
}

TEST_CASE("evasion: complete access is to all subindices from the first on",
          "[ethercat][evasion]") {
  Master master;
  const Told& told = master.told(command(kWrite, sdo(2, 0x31, 0x1c12, 1, Octets(4, 0))));
  CHECK(told.name == "sdo_initiate_download");
  CHECK(told.points[1].first == in_space(PointSpace::kCoeObject, 0x1c1201));
  CHECK(told.points[1].last == in_space(PointSpace::kCoeObject, 0x1c12ff));
}

TEST_CASE("ethercat: segments are told as their client's command, from either end", "[ethercat]") {
  struct {
    uint8_t type, command;
    std::string_view name;
    Class cls;
  } const kRows[] = {{2, 0x00, "sdo_download_segment", Class::kWrite},
                     {2, 0x60, "sdo_upload_segment", Class::kRead},
                     {3, 0x20, "sdo_download_segment", Class::kWrite},
                     {3, 0x00, "sdo_upload_segment", Class::kRead}};
  for (const auto& row : kRows) {
    Master master;
    const Told& told = master.told(command(kWrite, sdo(row.type, row.command, 1, 2, Octets(4, 0))));
    CHECK(told.name == row.name);
    CHECK(told.cls == row.cls);
    CHECK(told.points.size() == 1);
  }
}

TEST_CASE("ethercat: an abort in an answer is an exception with its code", "[ethercat]") {
  Master master;
  const Octets abort = sdo(2, 0x80, 0x1c12, 1, le32(0x0602'0000));
  const Told& told = master.told(command(kFetch, abort), Side::kResponse);
  CHECK(told.name == "sdo_abort_transfer");
  CHECK(told.is_exception);
  CHECK(told.exception_code == 0x0602'0000);
  CHECK_FALSE(master.told(command(kWrite, abort)).is_exception);
  CHECK(master.tells.all.back().cls == Class::kSession);
}

TEST_CASE("ethercat: SDO information discovers", "[ethercat]") {
  struct {
    uint8_t opcode;
    std::string_view name;
    size_t points;
  } const kRows[] = {{1, "sdo_info_list", 1}, {0x82, "sdo_info_list", 1}, {3, "sdo_info_obj", 2},
                     {4, "sdo_info_obj", 2},  {5, "sdo_info_entry", 2},   {6, "sdo_info_entry", 2}};
  for (const auto& row : kRows) {
    INFO(row.name);
    Master master;
    const Octets content = Octets{row.opcode, 0, 0, 0} + le16(0x1018) + Octets{2, 0};
    const Told& told = master.told(command(kWrite, coe(8, content)));
    CHECK(told.name == row.name);
    CHECK(told.cls == Class::kDiscover);
    CHECK(told.points.size() == row.points);
  }
  Master master;
  const Told& told =
      master.told(command(kFetch, coe(8, Octets{7, 0, 0, 0} + le32(0x0602'0000))), Side::kResponse);
  CHECK(told.name == "sdo_info_error");
  CHECK(told.exception_code == 0x0602'0000);
}

TEST_CASE("ethercat: PDOs and emergencies in CoE", "[ethercat]") {
  struct {
    uint8_t type;
    std::string_view name;
    Class cls;
  } const kRows[] = {{1, "coe_emergency", Class::kRead},
                     {4, "coe_txpdo", Class::kRead},
                     {5, "coe_rxpdo", Class::kWrite},
                     {6, "coe_txpdo_rtr", Class::kRead},
                     {7, "coe_rxpdo_rtr", Class::kRead}};
  for (const auto& row : kRows) {
    Master master;
    CHECK(master.told(command(kWrite, coe(row.type, Octets(8, 0)))).name == row.name);
    CHECK(master.tells.all.back().cls == row.cls);
  }
}

TEST_CASE("ethercat: FoE names the file; to write one, and its data, is firmware", "[ethercat]") {
  Master master;
  const Told& told =
      master.told(command(kWrite, mailbox(4, Octets{2, 0} + le32(0) + text("boot.efw"))));
  CHECK(told.name == "foe_wrq");
  CHECK(told.cls == Class::kFirmware);
  CHECK(told.technique == 857);
  REQUIRE(told.points.size() == 2);
  CHECK(told.points[1].first == in_space(PointSpace::kFoeFile, 0));
  CHECK(told.points[1].access == Class::kFirmware);
  CHECK(told.texts[1] == "boot.efw");
  const Octets padded = text("log") + Octets{0, 'x'};
  CHECK(master.told(command(kWrite, mailbox(4, Octets{1, 0} + le32(0) + padded))).texts[1] ==
        "log");
  CHECK(master.tells.all.back().cls == Class::kRead);
  CHECK(master.told(command(kWrite, mailbox(4, Octets{3, 0} + le32(1) + Octets(9, 1)))).cls ==
        Class::kFirmware);
  CHECK(master.told(command(kWrite, mailbox(4, Octets{4, 0} + le32(1)))).name == "foe_ack");
  CHECK(master.told(command(kWrite, mailbox(4, Octets{6, 0} + le32(1)))).name == "foe_busy");
  const Octets error = mailbox(4, Octets{5, 0} + le32(0x8002) + text("no"));
  CHECK(master.told(command(kFetch, error), Side::kResponse).exception_code == 0x8002);
}

TEST_CASE("ethercat: SoE names drive and IDN", "[ethercat]") {
  Master master;
  const Told& told =
      master.told(command(kWrite, mailbox(5, {0x43, 0x40, 0x24, 0x80, 1, 2})));  // drive 2
  CHECK(told.name == "soe_write");
  CHECK(told.cls == Class::kWrite);
  REQUIRE(told.points.size() == 2);
  CHECK(told.points[1].first == in_space(PointSpace::kSoeIdn, 0x2'8024));
  CHECK(told.bytes == std::vector<Octets>{{1, 2}});
  CHECK(
      master.told(command(kFetch, mailbox(5, {0x42, 0x40, 0x24, 0x80, 7})), Side::kResponse).name ==
      "soe_read");
  CHECK(master.tells.all.back().bytes == std::vector<Octets>{{7}});
  // A fragment has no IDN; an error its number.
  CHECK(master.told(command(kWrite, mailbox(5, {0x4b, 0x40, 2, 0, 1}))).points.size() == 1);
  const Octets error = mailbox(5, {0x52, 0x40, 0x24, 0x80, 9, 0x10});
  CHECK(master.told(command(kFetch, error), Side::kResponse).exception_code == 0x1009);
  CHECK(master.told(command(kFetch, mailbox(5, {5, 0, 0, 0})), Side::kResponse).name ==
        "soe_notification");
  CHECK(master.told(command(kFetch, mailbox(5, {6, 0, 0, 0})), Side::kResponse).name ==
        "soe_emergency");
}

TEST_CASE("ethercat: EoE tunnels Ethernet, and sets addresses", "[ethercat]") {
  struct {
    uint8_t type;
    std::string_view name;
    Class cls;
  } const kRows[] = {
      {0, "eoe_fragment", Class::kWrite},         {1, "eoe_timestamp", Class::kSession},
      {2, "eoe_init", Class::kProgram},           {3, "eoe_init", Class::kProgram},
      {4, "eoe_mac_filter", Class::kProgram},     {5, "eoe_mac_filter", Class::kProgram},
      {6, "eoe_get_init", Class::kDiscover},      {7, "eoe_get_init", Class::kDiscover},
      {8, "eoe_get_mac_filter", Class::kDiscover}};
  for (const auto& row : kRows) {
    Master master;
    CHECK(master.told(command(kWrite, mailbox(2, {row.type, 1, 0, 0}))).name == row.name);
    CHECK(master.tells.all.back().cls == row.cls);
  }
  Master master;
  CHECK(master.told(command(kFetch, mailbox(2, {3, 1, 1, 0})), Side::kResponse).exception_code ==
        1);
  CHECK_FALSE(master.told(command(kFetch, mailbox(2, {0, 1, 1, 0})), Side::kResponse).is_exception);
}

TEST_CASE("ethercat: AoE is told by its command, VoE is whatever a vendor made", "[ethercat]") {
  const auto ams = [](uint8_t number, uint32_t error) {
    return mailbox(1, Octets(16, 0) + le16(number) + le16(4) + le32(0) + le32(error) + le32(5));
  };
  const std::pair<uint8_t, std::string_view> kRows[] = {{1, "aoe_read_device_info"},
                                                        {2, "aoe_read"},
                                                        {3, "aoe_write"},
                                                        {5, "aoe_write_control"},
                                                        {9, "aoe_read_write"}};
  for (const auto& [number, name] : kRows) {
    Master master;
    CHECK(master.told(command(kWrite, ams(number, 0))).name == name);
  }
  Master master;
  CHECK(master.told(command(kFetch, ams(2, 0x703)), Side::kResponse).exception_code == 0x703);
  CHECK(master.told(command(kWrite, mailbox(15, Octets(8, 1)))).cls == Class::kProgram);
}

TEST_CASE("ethercat: a mailbox is in memory only, and in what a device worked on", "[ethercat]") {
  const Octets wrq = mailbox(4, Octets{2, 0} + le32(0) + text("f"));
  const auto name = [&](Header header, Side side = Side::kRequest) {
    Master master;
    return master.told(command(header, wrq), side).name;
  };
  for (const int by : {2, 3, 5, 6, 8, 9, 13, 14})
    CHECK(name({.command = static_cast<uint8_t>(by), .offset = 0x1000}) == "foe_wrq");
  CHECK(name({.command = 5, .offset = 0x0f80}) == "fpwr");
  CHECK(name({.command = 11, .offset = 0x1000}) == "lwr");
  CHECK(name({.command = 4, .counter = 1}, Side::kResponse) == "foe_wrq");
  CHECK(name({.command = 1, .counter = 1}, Side::kResponse) == "foe_wrq");
  CHECK(name({.command = 4, .counter = 0}, Side::kResponse) == "fprd");
  CHECK(name({.command = 7, .counter = 1}, Side::kResponse) == "brd");
}

TEST_CASE("ethercat: what only looks like a mailbox is told as memory", "[ethercat]") {
  Master master;
  const auto plain = [&](const Octets& data) {
    return master.told(command(kWrite, data)).name == "fpwr";
  };
  CHECK(plain(mailbox(0, {1, 0, 1, 0})));  // zeros look like an error
  CHECK(plain(mailbox(7, Octets(8, 0))));  // no such type
  CHECK(plain(mailbox(4, Octets(5, 2))));  // shorter than its header
  CHECK(plain(mailbox(4, Octets(8, 9))));  // no such opcode
  CHECK(plain(coe(2, Octets(7, 0))));
  CHECK(plain(coe(2, Octets{0xe0} + Octets(7, 0))));
  CHECK(plain(coe(0, Octets(8, 0))));
  Octets longest = mailbox(4, Octets{2, 0} + le32(0) + text("f"));
  longest[0] = 0xdd;  // 1501
  longest[1] = 5;
  CHECK(plain(longest));
  longest[0] = 0xdc;  // more than the datagram has: in parts
  CHECK(master.told(command(kWrite, longest)).name == "foe_wrq");
}

TEST_CASE("ethercat: the gateway's frame is one mailbox, for the station that it names",
          "[ethercat]") {
  Master master;
  const Octets wrq = mailbox(4, Octets{2, 0} + le32(0) + text("boot"), 0x3e9);
  const Told& told = master.told(gateway(wrq));
  CHECK(told.name == "foe_wrq");
  CHECK(told.cls == Class::kFirmware);
  CHECK(told.unit == 0x3e9);
  REQUIRE(told.points.size() == 1);
  CHECK(told.texts[0] == "boot");
  const Told& error = master.told(gateway(mailbox(0, {1, 0, 4, 0})), Side::kResponse);
  CHECK(error.name == "mailbox_error");
  CHECK(error.exception_code == 4);
}

TEST_CASE("ethercat: in the gateway what is not known has no class, and what is cut is a fault",
          "[ethercat]") {
  Master master;
  CHECK(master.told(gateway(mailbox(7, {1}))).cls == Class::kUnspecified);
  CHECK(master.told(gateway(mailbox(4, Octets(6, 9)))).cls == Class::kUnspecified);
  CHECK(master.told(gateway(coe(2, Octets{0xe0} + Octets(7, 0)))).cls == Class::kUnspecified);
  CHECK(master.say(gateway({1, 0, 0, 0, 0})) == Fault{FaultKind::kBadLength, 7});
  CHECK(master.say(gateway(mailbox(4, Octets(5, 2)))) == Fault{FaultKind::kBadLength, 10});
  const Octets wrq = mailbox(4, Octets{2, 0} + le32(0) + text("boot"));
  CHECK(master.say(gateway(wrq + Octets{0})) == Fault{FaultKind::kBadLength, 2});
  CHECK(master.say(gateway(Octets(wrq.begin(), wrq.end() - 1))) == Fault{FaultKind::kBadLength, 2});
}
