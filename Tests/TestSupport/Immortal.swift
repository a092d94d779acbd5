/// Keeps an object to the end of the process.
///
/// A pointer into an object's memory does not keep the object, which Swift may release after its last
/// use in the source. Tests that hold such pointers leak the object instead of minding its lifetime.
package func immortal<Object: AnyObject>(_ object: Object) -> Object {
  _ = Unmanaged.passRetained(object)
  return object
}
