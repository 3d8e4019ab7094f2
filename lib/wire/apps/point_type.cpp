// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/point_type.h"

#include <cstddef>
#include <iterator>

namespace bulkhead::wire {
namespace {

// clang-format off
constexpr PointTypeFacts kTypes[] = {
    // name               container    shift detail
    {"none",              "",          0,  ""},
    {"coil",              "",          0,  ""},
    {"discrete",          "",          0,  ""},
    {"holding",           "",          0,  ""},
    {"input",             "",          0,  ""},
    {"file_record",       "file",      16, ""},
    {"fifo",              "",          0,  ""},
    {"binary_input",      "",          0,  "object"},
    {"double_bit_input",  "",          0,  "object"},
    {"binary_output",     "",          0,  "object"},
    {"counter",           "",          0,  "object"},
    {"analog_input",      "",          0,  "object"},
    {"analog_output",     "",          0,  "object"},
    {"time",              "",          0,  "object"},
    {"class_data",        "",          0,  "object"},
    {"file",              "",          0,  "object"},
    {"iin",               "",          0,  "object"},
    {"object",            "",          0,  "object"},
    {"db",                "db",        32, ""},
    {"instance_db",       "db",        32, ""},
    {"flag",              "",          0,  ""},
    {"input_area",        "",          0,  ""},
    {"output_area",       "",          0,  ""},
    {"peripheral",        "",          0,  ""},
    {"local",             "",          0,  ""},
    {"timer",             "",          0,  ""},
    {"counter",           "",          0,  ""},
    {"system_data",       "",          0,  ""},
    {"symbol",            "",          0,  ""},
    {"block",             "block_type", 32, ""},
    {"szl",               "szl_id",    16, ""},
    {"s7plus_object",     "",          0,  "attribute"},
    {"cip_object",        "class",     48, ""},  // instance and attribute: see point_text
    {"tag",               "",          0,  ""},
    {"assembly",          "",          0,  ""},
    {"connection",        "",          0,  ""},
    {"ioa",               "",          0,  ""},
    {"node",              "ns",        32, "attribute"},
    {"bacnet_object",     "object_type", 22, "property"},
    {"device_range",      "",          0,  ""},
    {"bacnet_file",       "",          0,  ""},
    {"variable",          "",          0,  ""},
    {"variable_list",     "",          0,  ""},
    {"domain",            "",          0,  ""},
    {"program",           "",          0,  ""},
    {"journal",           "",          0,  ""},
    {"mms_file",          "",          0,  ""},
    {"goose",             "",          0,  ""},
    {"sv",                "",          0,  ""},
    {"dcp_block",         "option",    8,  ""},
    {"submodule",         "api",       32, "index"},
    {"hart_variable",     "device",    8,  ""},
    {"fins_area",         "",          0,  "area"},
    {"slmp_device",       "",          0,  "device"},
    {"topic",             "",          0,  ""},
    {"umas_block",        "",          0,  ""},
    {"ethercat_address",  "space",     32, "command"},
    {"plc_file",          "file",      32, "file_type"},
    {"tls_version",       "",          0,  "suite"},
    {"server_name",       "",          0,  ""},
    {"application",       "",          0,  ""},
};
// clang-format on
static_assert(std::size(kTypes) == static_cast<size_t>(PointType::kTlsApplication) + 1);

}  // namespace

const PointTypeFacts& facts_of(PointType type) noexcept {
  const auto index = static_cast<size_t>(type);
  return kTypes[index < std::size(kTypes) ? index : 0];
}

std::string_view to_string(PointType type) noexcept {
  return facts_of(type).name;
}

}  // namespace bulkhead::wire
