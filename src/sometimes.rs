//! What a search through a model has to get to, so that it is known to get anywhere.

/// A property for each thing that may have happened last to a world, by its name; and other ones.
///
/// `[generics] Scene, World { Passed: "what that is", ... } other arms`
macro_rules! sometimes {
    ([$($of:tt)*] $scene:ty, $world:ty { $($passed:ident: $name:literal,)* } $($other:tt)*) => {
        fn sometimes<$($of)*>(passed: Passed) -> Property<$scene> {
            match passed {
                $(Passed::$passed => Property::sometimes($name, |_, world: &$world| {
                    world.passed == Some(Passed::$passed)
                }),)*
                $($other)*
            }
        }
    };
}

pub(crate) use sometimes;
