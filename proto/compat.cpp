// SPDX-License-Identifier: Apache-2.0
// proto_compat BASELINE CURRENT: does CURRENT still speak to everybody who speaks BASELINE?
//
// Both are serialised FileDescriptorSets. Additions pass; anything that is gone, or has another
// number, type, label or oneof, is printed and makes the exit code 1.
#include <google/protobuf/descriptor.pb.h>

#include <fstream>
#include <iostream>
#include <map>
#include <string>

namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;

using Facts = std::map<std::string, std::string>;  // what a peer relies on -> its value

std::string oneof_of(const DescriptorProto& message, const FieldDescriptorProto& field) {
  return field.has_oneof_index() ? message.oneof_decl(field.oneof_index()).name() : "-";
}

void gather(const EnumDescriptorProto& type, const std::string& scope, Facts& facts) {
  for (const auto& value : type.value())
    facts["enum value " + scope + "." + type.name() + "." + value.name()] =
        std::to_string(value.number());
}

void gather(const DescriptorProto& message, const std::string& scope, Facts& facts) {
  const std::string name = scope + "." + message.name();
  facts["message " + name] = "";
  for (const auto& field : message.field()) {
    facts["field " + name + "." + field.name()] =
        "number " + std::to_string(field.number()) + ", type " + std::to_string(field.type()) +
        " " + field.type_name() + ", label " + std::to_string(field.label()) + ", oneof " +
        oneof_of(message, field);
  }
  for (const auto& nested : message.nested_type()) gather(nested, name, facts);
  for (const auto& type : message.enum_type()) gather(type, name, facts);
}

std::string shape_of(const MethodDescriptorProto& method) {
  return (method.client_streaming() ? "stream " : "") + method.input_type() + " -> " +
         (method.server_streaming() ? "stream " : "") + method.output_type();
}

Facts facts_of(const FileDescriptorSet& set) {
  Facts facts;
  for (const auto& file : set.file()) {
    if (file.package().rfind("google.", 0) == 0) continue;
    for (const auto& message : file.message_type()) gather(message, file.package(), facts);
    for (const auto& type : file.enum_type()) gather(type, file.package(), facts);
    for (const auto& service : file.service())
      for (const auto& method : service.method())
        facts["method " + file.package() + "." + service.name() + "." + method.name()] =
            shape_of(method);
  }
  return facts;
}

bool read(const char* path, FileDescriptorSet& set) {
  std::ifstream in(path, std::ios::binary);
  if (in && set.ParseFromIstream(&in)) return true;
  std::cerr << path << ": not a descriptor set\n";
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: proto_compat BASELINE CURRENT\n";
    return 2;
  }
  FileDescriptorSet baseline, current;
  if (!read(argv[1], baseline) || !read(argv[2], current)) return 2;
  const Facts now = facts_of(current);
  int broken = 0;
  for (const auto& [what, before] : facts_of(baseline)) {
    const auto found = now.find(what);
    if (found != now.end() && found->second == before) continue;
    ++broken;
    std::cout << what << ": "
              << (found == now.end() ? "is gone"
                                     : "was [" + before + "], is [" + found->second + "]")
              << "\n";
  }
  std::cout << (broken == 0 ? "compatible" : "not compatible: " + std::to_string(broken)) << "\n";
  return broken == 0 ? 0 : 1;
}
